using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Vigint.Api.Settings;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>What the pages say, held against the program.</summary>
public sealed partial class DocumentationTests
{
    // Said of another call, or of those that are there to be refused.
    private static readonly string[] SaidElsewhere = ["GET /health", "GET /api/billing/{rest}", "GET /api/rtsp/{rest}"];

    private static IEnumerable<string> Pages =>
        Directory
            .EnumerateFiles(Repository.At("docs"), "*.md")
            .Concat(Directory.EnumerateFiles(Repository.At(), "*.md"))
            .Order(StringComparer.Ordinal);

    [Test]
    public void Every_setting_that_is_read_is_documented_and_the_other_way_round()
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["SECRET_KEY"] = new string('k', 32) })
            .Build();
        var reader = new SettingsReader(configuration);
        ServerSettings.Read(reader, folder.Path);

        Assert.That(SettingsTable.Current.Order(StringComparer.Ordinal), Is.EqualTo(reader.Asked.Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Every_setting_that_a_page_for_operators_names_is_one()
    {
        string[] pages =
        [
            "quick-start.md",
            "migration.md",
            "configuration.md",
            "operations.md",
            "troubleshooting.md",
            "privacy.md",
            "api.md",
        ];

        var named = pages
            .SelectMany(page => SettingName().Matches(File.ReadAllText(Repository.At("docs", page))))
            .Select(match => match.Groups[1].Value);

        Assert.That(named.Distinct(), Is.SubsetOf(SettingsTable.All).And.Not.Empty);
    }

    [Test]
    public void Every_message_that_is_explained_is_one_that_the_program_gives()
    {
        var sources = Directory
            .EnumerateFiles(Repository.At("src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => BetweenPieces().Replace(File.ReadAllText(path), ""))
            .ToList();
        var messages = File.ReadLines(Repository.At("docs", "troubleshooting.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => Quoted().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value))
            .Where(text => !text.StartsWith('"') && !text.StartsWith("http", StringComparison.Ordinal))
            .ToList();

        Assert.That(messages, Has.Count.GreaterThan(40));
        Assert.That(
            messages.Where(message =>
                !sources.Any(source => message.Split('…').All(part => source.Contains(part, StringComparison.Ordinal)))
            ),
            Is.Empty
        );
    }

    [Test]
    public void Of_every_table_of_the_database_is_said_what_it_keeps_and_how_long()
    {
        var migrations = Directory
            .EnumerateFiles(Repository.At("src", "Vigint.Infrastructure", "Persistence", "Migrations"), "*.sql")
            .Select(File.ReadAllText);
        var tables = migrations.SelectMany(text => NewTable().Matches(text)).Select(match => match.Groups[1].Value).ToList();
        var rows = File.ReadLines(Repository.At("docs", "privacy.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .ToList();

        Assert.That(tables, Has.Count.GreaterThan(10));
        Assert.That(
            tables.Where(table => !rows.Exists(row => row.Split('|')[2].Contains($"`{table}`", StringComparison.Ordinal))),
            Is.Empty
        );
    }

    [Test]
    public void Every_call_has_an_example_and_no_example_is_of_a_call_that_is_not_there()
    {
        var calls = JsonNode.Parse(File.ReadAllText(Repository.At("docs", "openapi.json")))!["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(call => $"{call.Key.ToUpperInvariant()} {path.Key}"))
            .Where(call => !call.StartsWith("HEAD ", StringComparison.Ordinal))
            .Except(SaidElsewhere)
            .Append("GET /openapi/v1.json");

        Assert.That(
            Call().Matches(File.ReadAllText(Repository.At("docs", "api.md"))).Select(match => match.Groups[1].Value),
            Is.EquivalentTo(calls)
        );
    }

    [TestCaseSource(nameof(Pages))]
    public void Every_link_to_another_page_leads_to_a_place_that_is_there(string page)
    {
        var dead = Link()
            .Matches(File.ReadAllText(page))
            .Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(page, link.Split('#', 2)));

        Assert.That(dead, Is.Empty);
    }

    private static bool LeadsSomewhere(string page, string[] link)
    {
        var target = link[0].Length == 0 ? page : Path.GetFullPath(link[0], Path.GetDirectoryName(page)!);
        return link.Length == 1
            ? Path.Exists(target)
            : File.Exists(target) && Heading().Matches(File.ReadAllText(target)).Any(match => AnchorOf(match.Groups[1].Value) == link[1]);
    }

    // As GitHub makes it of a heading.
    private static string AnchorOf(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    // A long text is written in pieces.
    [GeneratedRegex("(?<!\\\\)\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex BetweenPieces();

    [GeneratedRegex("`([A-Z][A-Z0-9]*_[A-Z0-9_]+)(?:=[^`]*)?`")]
    private static partial Regex SettingName();

    [GeneratedRegex("^create table (?:if not exists )?([a-z_]+)", RegexOptions.Multiline)]
    private static partial Regex NewTable();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^### `([A-Z]+ [^`]+)`$", RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
