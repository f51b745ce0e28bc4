using System.Text.RegularExpressions;

namespace Vigint.Application.Alerts;

/// <param name="IgnorePattern"><c>ALERT_IGNORE_PATTERN</c>: texts that invented incidents have.</param>
/// <param name="Quiet"><c>ALERT_QUIET_MINUTES</c>: for how long the same incident is not sent again; zero: it always is.</param>
public sealed record AlertOptions(Regex IgnorePattern, TimeSpan Quiet)
{
    /// <summary>How old clients begin what they invent.</summary>
    public const string UsualIgnorePattern = "^Mock analysis of frame";

    // An operator's pattern meets a caller's text: together they must not take a processor for long.
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(200);

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static AlertOptions From(string ignorePattern, int quietMinutes) =>
        new(new Regex(ignorePattern, RegexOptions.CultureInvariant, LongestMatch), TimeSpan.FromMinutes(quietMinutes));
}
