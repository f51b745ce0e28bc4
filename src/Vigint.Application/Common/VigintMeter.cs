using System.Diagnostics.Metrics;

namespace Vigint.Application.Common;

/// <summary>
/// The meter of all that the product counts itself. Each feature has one class of instruments, as it has one of log lines. Labels
/// have few values that are known beforehand: never a client, a key, a video or an address.
/// </summary>
public static class VigintMeter
{
    public const string Name = "Vigint";

    /// <summary>What went wrong, where something did; absent otherwise (OpenTelemetry's semantic conventions).</summary>
    public const string ErrorType = "error.type";

    /// <summary>One and the same for all that ask the same factory.</summary>
    public static Meter Of(IMeterFactory factory) => factory.Create(Name);
}
