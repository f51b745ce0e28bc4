using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Lifecycle.CleanUp;

/// <summary>What a clean-up may delete (contract §4).</summary>
public enum CleanUpKind
{
    /// <summary>Videos and temporary files older than an age, and everything expired.</summary>
    Old,

    /// <summary>Every temporary file that is not in use, whatever its age, and everything expired; no video before its time.</summary>
    All,

    /// <summary>Nothing unless space is low; then what <see cref="Old"/> would delete, in that order, until it no longer is.</summary>
    Monitor,

    /// <summary>Everything that has expired: the server's own sweep.</summary>
    Expired,

    /// <summary>Every video of a client that is being erased.</summary>
    Erased,
}

/// <summary>Deletes in small batches, one video at a time, so that nobody else waits; goes on after one that cannot be deleted.</summary>
public sealed class Cleaner(
    VideoFinder finder,
    VideoRemover remover,
    IVideoRecords records,
    ITemporaryFiles files,
    StorageRoom room,
    ClockWatch watch,
    TimeProvider clock,
    ILogger<Cleaner> logger
)
{
    private const int BatchSize = 200;

    // Changes of videos wait while so many are deleted, which takes some milliseconds.
    private const int HeldAtATime = 20;

    // A failure that repeats is logged when it begins, not at every sweep.
    private readonly BoundedMap<string, bool> failing = new(most: 10_000, comparer: StringComparer.Ordinal);

    /// <param name="by">
    /// Who sees the videos that go, and with everybody's the temporary files, which are nobody's; null for the server itself.
    /// </param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Unavailable"/> while the clock is in doubt; a dry run counts all the same.
    /// </exception>
    public async Task<(int Cleaned, int Failed, long FreedBytes)> CleanAsync(
        CleanUpKind kind,
        Caller? by,
        double maxAgeHours,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        var scope = by?.Scope;
        if (!watch.MayDelete(out var now) && !dryRun)
            throw StorageRefusals.ClockInDoubt();
        var round = new Round(kind, by, now, maxAgeHours, dryRun);
        if (await IsEnoughAsync(round, cancellationToken))
            return round.Result;

        await CleanVideosAsync(
            round,
            (after, ct) => records.EndedAsync(scope, round.Now, after, BatchSize, ct),
            video => HasEnded(video, round.Now),
            cancellationToken
        );
        if (scope is null && kind is not CleanUpKind.Expired)
            CleanTemporary(round);
        if (kind is CleanUpKind.Old or CleanUpKind.Monitor)
        {
            await CleanVideosAsync(
                round,
                (after, ct) => records.UploadedBeforeAsync(scope, round.Before, after, BatchSize, ct),
                video => video.UploadedAt < round.Before && !(dryRun && HasEnded(video, round.Now)),
                cancellationToken
            );
        }

        return round.Result;
    }

    /// <summary>Deletes every video of a client that is being erased.</summary>
    /// <returns>How many went, and how many could not; those are still recorded.</returns>
    public async Task<(int Erased, int Left)> EraseAsync(string owner, CancellationToken cancellationToken)
    {
        var round = new Round(CleanUpKind.Erased, by: null, clock.GetUtcNow(), maxAgeHours: 0, dryRun: false);
        await CleanVideosAsync(
            round,
            (after, ct) => records.UploadedBeforeAsync(owner, DateTimeOffset.MaxValue, after, BatchSize, ct),
            _ => true,
            cancellationToken
        );
        var (erased, left, _) = round.Result;
        return (erased, left);
    }

    private async Task CleanVideosAsync(
        Round round,
        Func<PagePosition?, CancellationToken, Task<IReadOnlyList<DueVideo>>> next,
        Func<VideoStamp, bool> isDue,
        CancellationToken cancellationToken
    )
    {
        PagePosition? after = null;
        while (!await IsEnoughAsync(round, cancellationToken))
        {
            var batch = await next(after, cancellationToken);
            foreach (var some in batch.Chunk(round.Kind == CleanUpKind.Monitor ? 1 : HeldAtATime))
            {
                if (await IsEnoughAsync(round, cancellationToken))
                    break;
                await CleanSomeAsync(some, round, isDue, cancellationToken);
            }

            if (batch.Count < BatchSize)
                return;
            after = batch[^1].Position;
        }
    }

    private async Task CleanSomeAsync(DueVideo[] some, Round round, Func<VideoStamp, bool> isDue, CancellationToken cancellationToken)
    {
        using var lease = await finder.LeaseAllAsync(cancellationToken);

        // One or another may have been extended, replaced or deleted since the list was made.
        var stamps = await records.StampsAsync([.. some.Select(due => due.Key.Id)], cancellationToken);
        var removed = new List<VideoKey>(some.Length);
        foreach (var video in stamps.Where(stamp => some.Any(due => due.Key == stamp.Key) && isDue(stamp)))
        {
            if (!finder.IsAsRecorded(lease, video))
            {
                // The next round finds it as it is by then.
                if (round.Kind == CleanUpKind.Erased)
                    round.CountFailure();
                continue;
            }

            if (round.DryRun)
                round.Count(remover.StoredBytesOf(video));
            else
                Remove(lease, video, round, removed);
        }

        // Still under the lock: an extension in between would bring a video back whose bytes are gone.
        if (removed.Count > 0)
            await remover.RemoveRecordsAsync(lease, removed);
    }

    private void Remove(VideoLease lease, VideoStamp video, Round round, List<VideoKey> removed)
    {
        try
        {
            var freed =
                round.Kind == CleanUpKind.Erased
                    ? remover.EraseFiles(lease, video)
                    : remover.RemoveFiles(lease, video, round.By is null ? AuditAction.Expired : AuditAction.Deleted, round.By);
            removed.Add(video.Key);
            failing.Remove(video.Id.Text);
            round.Count(freed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            round.CountFailure();
            if (failing.TryAdd(video.Id.Text, true))
                logger.CannotDelete(exception, video.Id);
        }
    }

    private static bool HasEnded(VideoStamp video, DateTimeOffset now) => LinkExpiration.Read(video.ExpirationText)!.Utc <= now;

    private void CleanTemporary(Round round)
    {
        foreach (var file in files.TemporaryFiles())
        {
            if (file.InUse || (round.Kind != CleanUpKind.All && file.WrittenAt >= round.Before))
                continue;
            try
            {
                if (round.DryRun || files.DeleteTemporary(file))
                    round.Count(file.SizeBytes);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                round.CountFailure();
                logger.CannotDeleteTemporary(exception, file.Name);
            }
        }
    }

    // A dry run frees nothing, so it counts what it would have freed as free.
    private async Task<bool> IsEnoughAsync(Round round, CancellationToken cancellationToken)
    {
        if (round.Kind != CleanUpKind.Monitor)
            return false;
        var measured = await room.MeasureAsync(cancellationToken);
        return !StorageRoom.IsLow(round.DryRun ? measured with { FreeBytes = measured.FreeBytes + round.Result.FreedBytes } : measured);
    }

    private sealed class Round(CleanUpKind kind, Caller? by, DateTimeOffset now, double maxAgeHours, bool dryRun)
    {
        private int cleaned;
        private int failed;
        private long freed;

        public CleanUpKind Kind => kind;

        public Caller? By => by;

        public bool DryRun => dryRun;

        public DateTimeOffset Now => now;

        /// <summary>What was uploaded before this is old; an age beyond the calendar makes nothing old.</summary>
        public DateTimeOffset Before { get; } =
            maxAgeHours < (now - DateTimeOffset.UnixEpoch).TotalHours ? now.AddHours(-maxAgeHours) : DateTimeOffset.UnixEpoch;

        public (int Cleaned, int Failed, long FreedBytes) Result => (cleaned, failed, freed);

        public void Count(long bytes)
        {
            cleaned++;
            freed += bytes;
        }

        public void CountFailure() => failed++;
    }
}
