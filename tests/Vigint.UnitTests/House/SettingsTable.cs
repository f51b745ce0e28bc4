using System.Text.RegularExpressions;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>The names in the table of settings (docs/contract.md, section 1).</summary>
internal static partial class SettingsTable
{
    /// <summary>Those that this version reads.</summary>
    public static IReadOnlyList<string> Current { get; } = [.. Rows.Where(row => SinceNow().IsMatch(row)).SelectMany(NamesIn)];

    /// <summary>Also those that may be set and have no effect.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Rows.SelectMany(NamesIn)];

    private static IEnumerable<string> Rows =>
        File.ReadLines(Repository.At("docs", "contract.md"))
            .SkipWhile(line => !line.StartsWith("## 1.", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("## 2.", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));

    private static IEnumerable<string> NamesIn(string row) => Name().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\|\s*`0\.1`\s*\|")]
    private static partial Regex SinceNow();

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Name();
}
