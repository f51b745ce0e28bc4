namespace Vigint.Api.Settings;

/// <summary>
/// Finds misspelled names of settings, which would otherwise be ignored silently.
/// </summary>
internal static class SettingNames
{
    // A letter in four may be wrong, and never more than three: what differs more is another word.
    private const int LettersForOneError = 4;
    private const int MostErrors = 3;

    // Names of others begin so, too.
    private static readonly string[] Shared = ["ASPNETCORE_", "DOTNET_", "OTEL_", "RENDER_"];

    private static readonly string[] Ignored = ["FLASK_ENV", "PYTHON_VERSION"];

    /// <summary>Whether it is written as names of settings are: capitals with underscores.</summary>
    public static bool LooksLikeOne(string name) =>
        name.Length > 1
        && char.IsAsciiLetterUpper(name[0])
        && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Whether it is one of another's: of the framework, of OpenTelemetry, of a platform, or of the old servers.</summary>
    public static bool IsOfOthers(string name) =>
        Ignored.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Shared.Any(begin => name.StartsWith(begin, StringComparison.OrdinalIgnoreCase));

    /// <param name="name">That somebody set.</param>
    /// <param name="known">Every name that is read.</param>
    /// <returns>What is wrong with the name, after the words "sets NAME, which is no setting"; null when nothing is.</returns>
    public static string? TroubleOf(string name, IEnumerable<string> known)
    {
        string[] all = [.. known];
        if (IsOfOthers(name) || all.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;
        var nearest = all.Select(one => (Name: one, Errors: Errors(name.ToUpperInvariant(), one))).MinBy(one => one.Errors);
        if (nearest.Name is not null && nearest.Errors <= Math.Min(MostErrors, nearest.Name.Length / LettersForOneError))
            return $"; did you mean {nearest.Name}?";
        return all.Any(one => BeginOf(one) is { } begin && name.StartsWith(begin, StringComparison.OrdinalIgnoreCase)) ? "." : null;
    }

    // "VIDEO_" of VIDEO_STORAGE_DIR.
    private static string? BeginOf(string name) =>
        name.IndexOf('_', StringComparison.Ordinal) is > 0 and var end ? name[..(end + 1)] : null;

    /// <summary>How many letters were left out, added, exchanged for others or for their neighbor (optimal string alignment).</summary>
    private static int Errors(string one, string other)
    {
        var errors = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    errors[i, j] = i + j;
                    continue;
                }

                var isSame = one[i - 1] == other[j - 1];
                errors[i, j] = Math.Min(Math.Min(errors[i - 1, j], errors[i, j - 1]) + 1, errors[i - 1, j - 1] + (isSame ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    errors[i, j] = Math.Min(errors[i, j], errors[i - 2, j - 2] + 1);
            }
        }

        return errors[one.Length, other.Length];
    }
}
