namespace Vigint.ContractTests;

/// <summary>
/// Marks what no database has a part in: ffmpeg, connections, settings. <c>./test.sh</c> runs it on SQLite only, <c>./test.sh --all</c> on
/// PostgreSQL too.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AnyDatabaseAttribute : CategoryAttribute;
