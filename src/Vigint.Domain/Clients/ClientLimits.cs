namespace Vigint.Domain.Clients;

/// <summary>What a client may use; null: as much as there is.</summary>
/// <param name="UploadsPerMinute">Uploads that may begin within a minute.</param>
/// <param name="StorageBytes">Most that its stored videos may take together.</param>
/// <param name="AnalysisEuroPerMonth">Most that its analyses may cost in a calendar month (UTC), in euro.</param>
public sealed record ClientLimits(int? UploadsPerMinute, long? StorageBytes, decimal? AnalysisEuroPerMonth)
{
    public static ClientLimits None { get; } = new(null, null, null);
}
