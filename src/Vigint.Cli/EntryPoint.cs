using System.CommandLine;
using System.CommandLine.Invocation;
using Vigint.Cli.Commands;
using Vigint.Cli.Output;

namespace Vigint.Cli;

internal static class EntryPoint
{
    // What is to be said at an interruption – the report of a migration – is said in less.
    private static readonly TimeSpan EndingMayTake = TimeSpan.FromSeconds(30);

    public static async Task<int> Main(string[] args)
    {
        // Nobody means a file by an argument that begins with @.
        var parsed = CommandLine.New().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var screen = new Screen(Console.Out, Console.Error, isJson: parsed.GetValue(GlobalOptions.Json));
        try
        {
            if (parsed.Action is ParseErrorAction)
                throw CommandFailedException.WrongUse($"{ParseErrors.SentenceOf(parsed, args)} See --help.");
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = EndingMayTake }
            );
        }
        catch (CommandFailedException failure)
        {
            screen.Failed(failure);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            screen.Failed(CommandFailedException.NotDone("Interrupted."));
            return ExitCodes.NotDone;
        }
        catch (Exception exception)
        {
            // Only what is said by the disk is fit to be passed on; other messages may quote what was sent.
            var reason = exception is IOException or UnauthorizedAccessException
                ? exception.Message
                : $"{exception.GetType().Name} in {exception.TargetSite?.DeclaringType?.Name}";
            screen.Failed(
                CommandFailedException.NotDone(
                    $"It cannot go on ({reason}). What was done until now is done; the same command may be given again.",
                    exception
                )
            );
            return ExitCodes.NotDone;
        }
    }
}
