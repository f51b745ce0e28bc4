using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Vigint.Api.Settings;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

public sealed partial class DocumentationTests
{
    [Test]
    public void Every_setting_that_is_read_is_documented_and_the_other_way_round()
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["SECRET_KEY"] = new string('k', 32) }).Build();
        var reader = new SettingsReader(configuration);
        ServerSettings.Read(reader, folder.Path);

        Assert.That(Documented().Order(StringComparer.Ordinal), Is.EqualTo(reader.Asked.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> Documented() => File.ReadLines(Repository.At("docs", "contract.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && SinceNow().IsMatch(line))
        .SelectMany(line => Name().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value));

    [GeneratedRegex(@"\|\s*`0\.1`\s*\|")]
    private static partial Regex SinceNow();

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Name();
}
