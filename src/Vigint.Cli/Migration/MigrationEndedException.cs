namespace Vigint.Cli.Migration;

/// <summary>Something is in the way of every video that is still to be moved.</summary>
internal sealed class MigrationEndedException(string reason, Exception? cause) : Exception(reason, cause);
