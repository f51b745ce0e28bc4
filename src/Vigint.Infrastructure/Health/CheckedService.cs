using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vigint.Infrastructure.Health;

/// <summary>What is found in the report about one of the things that the server needs.</summary>
public static class CheckedService
{
    private const string AdviceKey = "advice";
    private const string VersionKey = "version";

    /// <summary><c>up</c>, or in a few words what is wrong. No path, no secret.</summary>
    public static string Text(this HealthReportEntry entry) => entry.Description ?? "down";

    /// <summary>What the operator should do when it is not up; a sentence.</summary>
    public static string? Advice(this HealthReportEntry entry) => entry.Data.GetValueOrDefault(AdviceKey) as string;

    /// <summary>Of a program that is there; null where there is none to tell.</summary>
    public static string? Version(this HealthReportEntry entry) => entry.Data.GetValueOrDefault(VersionKey) as string;

    internal static Dictionary<string, object> Data(string advice, string? version) =>
        version is null ? new() { [AdviceKey] = advice } : new() { [AdviceKey] = advice, [VersionKey] = version };
}
