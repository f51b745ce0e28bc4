using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// The one place where a stored video changes: bytes, sidecar, record and cached link, always in this order, so that whatever a
/// crash leaves can be put right from the folder. Changes of one id wait for each other; readers never wait.
/// </summary>
public sealed class VideoStore(
    IVideoRecords records,
    IVideoFolder folder,
    IClientRecords clients,
    IRenditionRecords renditions,
    IRenditionFiles renditionFiles,
    RenditionLine line,
    LinkCache cache,
    StorageRoom room,
    TokenKey key,
    TakeInProgress takeIn,
    AuditTrail audit,
    ILogger<VideoStore> logger
) : IDisposable
{
    // Ids share locks; a change takes milliseconds, so a chance neighbour is not noticed.
    private readonly SemaphoreSlim[] locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    // Videos whose record could not be written, or whose writing broke off so that nobody knows whether it was. Until that is
    // settled the folder says what they are. Nothing may be evicted: it has no more entries than there are files in the folder.
    private readonly ConcurrentDictionary<string, VideoId> doubtful = new(StringComparer.Ordinal);

    // Videos in whose replacement the disk failed so that bytes and sidecar may not belong together, until the next start. As above.
    private readonly ConcurrentDictionary<string, bool> torn = new(StringComparer.Ordinal);

    /// <summary>Whoever looks at a video in order to change it does both while holding this.</summary>
    public async Task<IDisposable> LockAsync(VideoId id, CancellationToken cancellationToken)
    {
        var one = locks[(uint)string.GetHashCode(id.Text, StringComparison.Ordinal) % (uint)locks.Length];
        await one.WaitAsync(cancellationToken);
        return new Held([one]);
    }

    /// <summary>Keeps every change out, for a moment.</summary>
    public async Task<IDisposable> LockAllAsync(CancellationToken cancellationToken)
    {
        var held = new Held([]);
        try
        {
            foreach (var one in locks)
            {
                await one.WaitAsync(cancellationToken);
                held.Add(one);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The video as recorded, or as the folder has it while that is still being taken in: the index may be of an earlier day than the
    /// folder.
    /// </summary>
    /// <param name="scope">The owner whose videos may be seen; null for everybody's.</param>
    public async Task<Video?> FindAsync(VideoId id, string? scope, CancellationToken cancellationToken)
    {
        if (torn.ContainsKey(id.Text))
            throw VideoRefusals.CannotBeRead();
        if (doubtful.ContainsKey(id.Text))
            return IfSeen(folder.Read(id, out var trouble) ?? (trouble is null ? null : throw VideoRefusals.CannotBeRead()), scope);
        return !takeIn.IsFinished && folder.Read(id, out _) is { } stored
            ? IfSeen(stored, scope)
            : await records.FindAsync(id, scope, cancellationToken);
    }

    /// <summary>
    /// Whether what the folder has is what is recorded: a record that may be out of date, see <see cref="FindAsync"/>, is no reason to
    /// delete anything.
    /// </summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    public bool IsAsRecorded(VideoStamp recorded)
    {
        if (torn.ContainsKey(recorded.Id.Text))
            return false;
        if (takeIn.IsFinished && !doubtful.ContainsKey(recorded.Id.Text))
            return true;
        return folder.Read(recorded.Id, out _) is { } stored ? stored.Stamp == recorded : !folder.Holds(recorded.Id);
    }

    /// <summary>
    /// The video that is about to be changed, replaced or deleted. One that has not been taken in yet is recorded first, so that
    /// the strings of its links are remembered beyond it.
    /// </summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    public async Task<Video?> FindForChangeAsync(VideoId id, string? scope, CancellationToken cancellationToken)
    {
        var video = await FindAsync(id, scope, cancellationToken);
        if (video is not null && !takeIn.IsFinished)
            await records.SaveAsync([video], cancellationToken);
        return video;
    }

    /// <summary>The first expiration from this one on that no link of the id ever had, so that no old token opens a new video.</summary>
    public async Task<LinkExpiration> UnusedAsync(VideoId id, LinkExpiration wanted, CancellationToken cancellationToken)
    {
        while (await records.WasUsedAsync(id, wanted.Text, cancellationToken))
            wanted = wanted.ASecondLater();
        return wanted;
    }

    /// <summary>What a link to this id opens, from memory when it was used lately.</summary>
    public async ValueTask<Playable?> FindPlayableAsync(VideoId id, CancellationToken cancellationToken)
    {
        if (cache.Find(id) is { } known)
            return known;

        var changes = cache.ChangesOf(id);
        var video = await FindAsync(id, scope: null, cancellationToken);
        if (video is null)
            return null;
        var playable = await PlayableAsync(video, cancellationToken);
        cache.Keep(playable, changes);
        return cache.Find(id) ?? playable;
    }

    /// <summary>
    /// Makes the draft the video of its id, in place of <paramref name="before"/>. Until the record is written the link before
    /// gives the bytes before; from then on the new link gives the new ones; no link ever gives others than its own.
    /// </summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    public async Task StoreAsync(Video video, IVideoDraft draft, Video? before)
    {
        if (before is null && folder.Holds(video.Id))
            throw VideoRefusals.TakenByUnusable(video.Id);
        if (before is not null)
            folder.RepairSidecar(before);
        var playableBefore = before is null ? null : await PlayableAsync(before, CancellationToken.None);

        // Short, and decided by now: a caller who goes away in the middle must not tear it. Should the process die,
        // start-up forgets or completes it, see IInstallation.
        using var installation = folder.Prepare(draft, video);
        if (playableBefore is not null)
            cache.Put(playableBefore with { HeldBack = installation.HeldBack });
        var committed = false;
        try
        {
            installation.Commit();
            committed = true;
            await SaveAsync(video);
        }
        catch
        {
            if (committed)
                installation.Undo();

            // Torn, the link before goes on giving what is held back.
            if (playableBefore is null)
                cache.Drop(video.Id);
            else if (!installation.IsTorn)
                cache.Put(playableBefore);
            throw;
        }
        finally
        {
            if (installation.IsTorn)
                torn[video.Id.Text] = true;
        }

        cache.Put(Playable.Of(video, key, rendition: null));
        line.Abandon(video.Id);
        room.StoredChangedBy(video.SizeBytes - (before is null ? 0 : before.SizeBytes + RemoveRendition(video.Id)));
        line.Add(video.Key, video.Owner);
    }

    /// <summary>Changes what is known of a video; the bytes stay.</summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    public async Task ChangeAsync(Video changed, Video before)
    {
        var video = changed with { Version = before.Version + 1 };
        var rendition = await renditions.FindAsync(video.Key, CancellationToken.None);
        try
        {
            folder.WriteSidecar(video);
            await SaveAsync(video);
        }
        catch
        {
            folder.WriteSidecar(before);
            throw;
        }

        cache.Put(Playable.Of(video, key, rendition));
    }

    /// <summary>Deletes a video wholly.</summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    /// <exception cref="IOException">The file system refuses; the record stays.</exception>
    public async Task RemoveAsync(Video video, AuditAction why, Caller? by)
    {
        RemoveFiles(video.Stamp, why, by);
        await RemoveRecordsAsync([video.Key]);
    }

    /// <summary>
    /// The first half of deleting, for those who delete many and remove their records together. A record whose file is gone
    /// does no harm: its link answers that the file is missing, and start-up drops it.
    /// </summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    /// <param name="why">For the audit.</param>
    /// <param name="by">Null for the server itself.</param>
    /// <returns>The bytes that were freed, those of the rendition too.</returns>
    public long RemoveFiles(VideoStamp video, AuditAction why, Caller? by)
    {
        cache.Drop(video.Id);
        folder.Delete(video.Id);
        line.Abandon(video.Id);
        var freed = video.SizeBytes + RemoveRendition(video.Id);
        room.StoredChangedBy(-freed);
        audit.NoteGone(why, video.Key, video.Owner, by);
        logger.VideoDeleted(video.Id);
        return freed;
    }

    /// <summary>
    /// The same for a video whose client is erased. What was made of it goes first, so that as long as anything of it is left it is
    /// recorded; the audit is told nothing, for it is erased, too.
    /// </summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    /// <returns>The bytes that were freed, those of the rendition too.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public long EraseFiles(VideoStamp video)
    {
        cache.Drop(video.Id);
        line.Abandon(video.Id);
        var made = renditionFiles.Delete(video.Id);
        folder.Delete(video.Id);
        room.StoredChangedBy(-(video.SizeBytes + made));
        logger.VideoDeleted(video.Id);
        return video.SizeBytes + made;
    }

    /// <summary>Deletes wholly what is in the folder of a client that was erased.</summary>
    /// <remarks>The caller holds the lock of the id.</remarks>
    /// <exception cref="IOException">The file system refuses; a record stays, if there is one.</exception>
    public async Task EraseAsync(Video video)
    {
        EraseFiles(video.Stamp);

        // The record's revision may be that of an upload which was undone.
        await RemoveRecordsAsync(await records.FindAsync(video.Id, scope: null, CancellationToken.None) is { } record ? [record.Key] : []);
    }

    /// <summary>What <see cref="RemoveFiles"/> would free.</summary>
    public long StoredBytesOf(VideoId id, long sizeBytes) => sizeBytes + renditionFiles.SizeOf(id);

    /// <summary>The second half: the records of videos whose files are gone.</summary>
    public async Task RemoveRecordsAsync(IReadOnlyCollection<VideoKey> videos)
    {
        folder.Flush();
        await records.RemoveAsync(videos, CancellationToken.None);

        // A reader who found the record in between has kept it.
        foreach (var video in videos)
            cache.Drop(video.Id);
    }

    /// <summary>Writes the records that could not be written when their videos changed, from the folder.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var id in doubtful.Values)
        {
            using var _ = await LockAsync(id, cancellationToken);
            var stored = folder.Read(id, out var trouble);
            if (trouble is not null || torn.ContainsKey(id.Text))
                continue;
            if (stored is not null && (await clients.ErasedAsync([stored.Owner], cancellationToken)).Count > 0)
                await EraseAsync(stored);
            else if (stored is not null)
            {
                await records.SaveAsync([stored], cancellationToken);
                line.Add(stored.Key, stored.Owner);
            }
            else if (await records.FindAsync(id, scope: null, cancellationToken) is { } record)
                await records.RemoveAsync([record.Key], cancellationToken);
            doubtful.TryRemove(id.Text, out var _);
            cache.Drop(id);
            logger.RecordSettled(id);
        }
    }

    /// <summary>
    /// Forgets the links of clients that were erased by another server over the same database. Their records are gone, so that they open
    /// nothing then;
    /// what this server's own folder still holds of them goes when it is taken in next.
    /// </summary>
    public async Task DropErasedAsync(CancellationToken cancellationToken)
    {
        var erased = await clients.ErasedAsync(cache.Entries.Select(playable => playable.Owner), cancellationToken);
        foreach (var playable in cache.Entries.Where(playable => erased.Contains(playable.Owner)))
            cache.Drop(playable.Id);
    }

    public void Dispose()
    {
        foreach (var one in locks)
            one.Dispose();
    }

    // The video is replaced or deleted by now, whatever becomes of these; the next start tidies up.
    private long RemoveRendition(VideoId id)
    {
        try
        {
            return renditionFiles.Delete(id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.RenditionStays(exception, id);
            return 0;
        }
    }

    private async Task<Playable> PlayableAsync(Video video, CancellationToken cancellationToken) =>
        Playable.Of(video, key, await renditions.FindAsync(video.Key, cancellationToken));

    private static Video? IfSeen(Video? video, string? scope) => scope is null || video?.Owner == scope ? video : null;

    private async Task SaveAsync(Video video)
    {
        doubtful[video.Id.Text] = video.Id;
        await records.SaveAsync([video], CancellationToken.None);
        doubtful.TryRemove(video.Id.Text, out _);
    }

    private sealed class Held(List<SemaphoreSlim> held) : IDisposable
    {
        public void Add(SemaphoreSlim one) => held.Add(one);

        public void Dispose()
        {
            foreach (var one in held)
                one.Release();
            held.Clear();
        }
    }
}
