namespace Vigint.Application.Usage;

/// <summary>What a call costs its client, in euro (contract §7), no matter what it costs the operator.</summary>
/// <param name="PerSecond">Of the time that the call took.</param>
public sealed record CallPrice(decimal Fixed, decimal PerSecond)
{
    public static CallPrice Analysis { get; } = new(0.01m, 0.001m);

    public static CallPrice Alert { get; } = new(0.005m, 0.0001m);

    public static CallPrice AnalysisOf(int sources) => new(0.01m * sources, 0.001m);

    public decimal For(TimeSpan took) => decimal.Round(Fixed + (PerSecond * (decimal)took.TotalSeconds), 6);
}
