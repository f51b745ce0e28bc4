using System.CommandLine;
using System.CommandLine.Help;

namespace Vigint.Cli.Commands;

/// <summary>What every command is made with.</summary>
internal static class CommandExtensions
{
    /// <param name="action">Its failures are exceptions; when it returns, all of it was done.</param>
    public static Command Does(this Command command, Func<Call, CancellationToken, Task> action) =>
        command.Does(
            async (call, cancellationToken) =>
            {
                await action(call, cancellationToken);
                return ExitCodes.Done;
            }
        );

    /// <param name="action">Gives the exit code.</param>
    public static Command Does(this Command command, Func<Call, CancellationToken, Task<int>> action)
    {
        command.SetAction((parsed, cancellationToken) => action(new Call(parsed), cancellationToken));
        return command;
    }

    /// <summary>Examples that stand below the command's help, each of them a whole line to be typed.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        command.Add(new HelpOption { Action = new HelpWithExamples(examples) });
        return command;
    }

    public static Command With(this Command command, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                command.Add(option);
            else if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Command)symbol);
        }

        return command;
    }
}
