using Vigint.Domain.Alerts;

namespace Vigint.Api.OpenApi;

/// <summary>Values of parameters and members that no attribute on a wire record names.</summary>
internal static class WireValues
{
    public static IReadOnlyList<string> AlertStates { get; } = [.. Enum.GetValues<AlertState>().Select(state => state.WireName())];

    public static IReadOnlyList<string> RiskLevels { get; } = [.. Enum.GetValues<RiskLevel>().Select(risk => risk.WireName())];
}
