namespace Vigint.Domain.Alerts;

/// <summary>How grave an incident is, in rising order.</summary>
public enum RiskLevel
{
    Low,
    Medium,
    High,
}
