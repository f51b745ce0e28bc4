using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Vigint.Api;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>The version stands in <c>Directory.Build.props</c>, and everything else that names one agrees with it.</summary>
public sealed partial class VersionTests
{
    private const string Unreleased = "## [Unreleased]";

    private static Version Version { get; } =
        new(XDocument.Load(Repository.At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value);

    [Test]
    public void The_server_says_the_version_that_it_was_built_as() => Assert.That(ServerVersion.Text, Is.EqualTo($"{Version}"));

    [Test]
    public void While_there_are_unreleased_changes_the_version_is_the_next_one_that_they_are_to_be_and_otherwise_the_last_release()
    {
        var changes = File.ReadAllText(Repository.At("CHANGELOG.md"));
        var unreleased = changes[
            (changes.IndexOf(Unreleased, StringComparison.Ordinal) + Unreleased.Length)..Release().Match(changes).Index
        ];
        var last = ReleasesOf(changes)[0].Version;

        if (unreleased.Trim().Length == 0)
            Assert.That(Version, Is.EqualTo(last));
        else
            Assert.That((Version > last, unreleased.Contains($"To be {Version}.", StringComparison.Ordinal)), Is.EqualTo((true, true)));
    }

    [Test]
    public void Releases_are_listed_newest_first_each_with_a_day_that_has_been()
    {
        var releases = ReleasesOf(File.ReadAllText(Repository.At("CHANGELOG.md")));

        Assert.That(releases.Select(one => one.Version), Is.Ordered.Descending);
        Assert.That(
            releases.Select(one => one.Day),
            Is.Ordered.Descending.And.All.LessThanOrEqualTo(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime))
        );
    }

    private static List<(Version Version, DateOnly Day)> ReleasesOf(string changes) =>
        [
            .. Release()
                .Matches(changes)
                .Select(match =>
                    (
                        new Version(match.Groups[1].Value),
                        DateOnly.ParseExact(match.Groups[2].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture)
                    )
                ),
        ];

    [GeneratedRegex(@"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", RegexOptions.Multiline)]
    private static partial Regex Release();
}
