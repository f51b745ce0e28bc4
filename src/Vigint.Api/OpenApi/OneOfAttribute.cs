namespace Vigint.Api.OpenApi;

/// <summary>
/// The texts that a member of a wire record may have. The API's document says so, and generated clients make an enumeration of them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal class OneOfAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values => values;
}

/// <summary>The same for a member that has the names of an enumeration, in lower case.</summary>
internal sealed class OneOfAttribute<T> : OneOfAttribute
    where T : struct, Enum
{
    public OneOfAttribute()
        : base([.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())]) { }
}

/// <summary>A member that has one of the risk levels.</summary>
internal sealed class OneOfRiskLevelsAttribute : OneOfAttribute
{
    public OneOfRiskLevelsAttribute()
        : base([.. WireValues.RiskLevels]) { }
}
