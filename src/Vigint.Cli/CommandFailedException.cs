namespace Vigint.Cli;

/// <summary>A command cannot be carried out.</summary>
/// <param name="sentence">What is wrong and what to do about it, as the user is shown it. Never a key, never a link's token.</param>
internal class CommandFailedException(string sentence, int exitCode, Exception? cause = null) : Exception(sentence, cause)
{
    public int ExitCode { get; } = exitCode;

    public static CommandFailedException WrongUse(string sentence) => new(sentence, ExitCodes.WrongUse);

    public static CommandFailedException NotDone(string sentence, Exception? cause = null) => new(sentence, ExitCodes.NotDone, cause);
}
