namespace Vigint.Domain;

/// <summary>Names of enumerations as callers write them.</summary>
public static class WireNames
{
    /// <returns>Null when the text is not one of the names. Case does not matter.</returns>
    public static T? Read<T>(string text)
        where T : struct, Enum =>
        Enum.GetValues<T>()
            .Where(one => string.Equals(one.ToString(), text.Trim(), StringComparison.OrdinalIgnoreCase))
            .Cast<T?>()
            .FirstOrDefault();
}
