namespace Vigint.Cli;

/// <summary>What the caller's shell is told.</summary>
internal static class ExitCodes
{
    /// <summary>All of it was done.</summary>
    public const int Done = 0;

    /// <summary>Some of it was not done, or nothing.</summary>
    public const int NotDone = 1;

    /// <summary>The command line says nothing that could be done.</summary>
    public const int WrongUse = 2;
}
