using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Vigint.Cli.Commands;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>What is said of the command line, by itself and in the documentation, can be typed.</summary>
public sealed partial class CommandLineTests
{
    private static IEnumerable<string> Leaves => LeavesOf(CommandLine.New(), "").Select(leaf => leaf.Path);

    private static IEnumerable<string> Groups => GroupsOf(CommandLine.New(), "");

    private static string Documentation => File.ReadAllText(Repository.At("docs", "cli.md"));

    [TestCaseSource(nameof(Leaves))]
    [TestCaseSource(nameof(Groups))]
    public void Help_has_examples_that_can_be_typed(string command)
    {
        var help = HelpOf(command);

        var examples = help[help.IndexOf("Examples:", StringComparison.Ordinal)..]
            .Split('\n')[1..]
            .Where(line => line.Trim().Length > 0)
            .ToList();
        Assert.That(examples, Is.Not.Empty);
        Assert.That(examples.SelectMany(ErrorsIn), Is.Empty);
        Assert.That(examples, Has.All.Contains($"vigint {command}"));
    }

    [TestCaseSource(nameof(Leaves))]
    public void Every_command_is_documented(string command) => Assert.That(Documentation, Does.Contain($"`vigint {command}"));

    [Test]
    public void Every_command_in_the_documentation_can_be_typed()
    {
        var commands = Typed().Matches(Documentation).Select(match => match.Groups[1].Value).ToList();

        Assert.That(commands, Has.Count.GreaterThan(10));
        Assert.That(commands.SelectMany(ErrorsIn), Is.Empty);
    }

    private static string HelpOf(string command)
    {
        using var output = new StringWriter();
        var code = CommandLine.New().Parse($"{command} --help").Invoke(new InvocationConfiguration { Output = output });
        Assert.That(code, Is.Zero);
        return output.ToString();
    }

    private static IEnumerable<string> ErrorsIn(string line)
    {
        var typed = line[(LastProgram().Match(line) is { Success: true } program ? program.Index + program.Length : 0)..];
        return CommandLine
            .New()
            .Parse([.. CommandLineParser.SplitCommandLine(typed)])
            .Errors.Select(error => $"{line.Trim()}: {error.Message}");
    }

    private static IEnumerable<string> GroupsOf(Command command, string path) =>
        command
            .Subcommands.Where(one => one.Subcommands.Count > 0)
            .SelectMany(one =>
            {
                var own = path.Length == 0 ? one.Name : $"{path} {one.Name}";
                return GroupsOf(one, own).Prepend(own);
            });

    [Test]
    public void The_last_day_of_a_period_is_said_to_be_counted() =>
        Assert.That(HelpOf("usage"), Does.Contain("Last day, which is counted too").And.Contain("--to 2026-11-30"));

    private static IEnumerable<(string Path, Command Command)> LeavesOf(Command command, string path) =>
        command.Subcommands.Count == 0
            ? [(path, command)]
            : command.Subcommands.SelectMany(one => LeavesOf(one, path.Length == 0 ? one.Name : $"{path} {one.Name}"));

    // Not the end of a path.
    [GeneratedRegex("(?<![^ ])vigint ", RegexOptions.RightToLeft)]
    private static partial Regex LastProgram();

    [GeneratedRegex("`(vigint [^`]*)`")]
    private static partial Regex Typed();
}
