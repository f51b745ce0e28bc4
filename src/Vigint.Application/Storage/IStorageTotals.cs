using Vigint.Domain;

namespace Vigint.Application.Storage;

/// <summary>What the stored videos add up to.</summary>
public interface IStorageTotals
{
    /// <param name="scope">The owner whose videos count; null for everybody's.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when the database is away.</exception>
    Task<StorageTotals> TotalsAsync(string? scope, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="SizeBytes">The videos with their renditions and stills.</param>
/// <param name="EndedCount">Videos whose links have ended and which the next sweep deletes.</param>
/// <param name="NextEnd">When the next of the other links ends; null when there is none.</param>
public sealed record StorageTotals(long Count, long SizeBytes, long EndedCount, DateTimeOffset? NextEnd);
