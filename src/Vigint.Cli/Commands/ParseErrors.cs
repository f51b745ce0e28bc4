using System.CommandLine;

namespace Vigint.Cli.Commands;

/// <summary>What is wrong with a command line, without repeating what was typed: a key or a link may stand where none belongs.</summary>
internal static class ParseErrors
{
    /// <param name="parsed">Of the arguments, by a root without response files, so that each token is one of them.</param>
    public static string SentenceOf(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var names = NamesOf(parsed.RootCommandResult.Command).ToHashSet(StringComparer.Ordinal);
        var typed = arguments
            .SelectMany((argument, index) => TextsOf(argument).Select(text => (Text: text, Place: $"no. {index + 1}")))
            .Where(one => one.Text.Length > 0 && !names.Contains(one.Text))
            .OrderByDescending(one => one.Text.Length)
            .ToList();
        return string.Join(
            ' ',
            parsed.Errors.Select(error =>
                typed.Aggregate(error.Message, (message, one) => message.Replace($"'{one.Text}'", one.Place, StringComparison.Ordinal))
            )
        );
    }

    // The library takes apart what is typed as --option=value or --option:value.
    private static IEnumerable<string> TextsOf(string argument)
    {
        yield return argument;
        if (argument.StartsWith('-') && argument.IndexOfAny(['=', ':']) is > 0 and var at)
        {
            yield return argument[..at];
            yield return argument[(at + 1)..];
        }
    }

    private static IEnumerable<string> NamesOf(Command command) =>
        [
            command.Name,
            .. command.Options.SelectMany(option => option.Aliases.Append(option.Name)),
            .. command.Subcommands.SelectMany(NamesOf),
        ];
}
