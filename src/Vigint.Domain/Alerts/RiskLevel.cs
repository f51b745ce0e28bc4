namespace Vigint.Domain.Alerts;

/// <summary>How grave an incident is, in rising order.</summary>
public enum RiskLevel
{
    Low,
    Medium,
    High,
}

public static class RiskLevels
{
    /// <summary><c>LOW</c>, <c>MEDIUM</c> or <c>HIGH</c>.</summary>
    public static string WireName(this RiskLevel risk) => risk.ToString().ToUpperInvariant();
}
