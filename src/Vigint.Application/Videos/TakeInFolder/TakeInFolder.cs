using System.Text.Json;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.TakeInFolder;

/// <summary>
/// Makes the index agree with the storage folder: takes in what an old server or a lost database left there, and puts right what
/// a crash left between sidecar and record (contract §3, on disk).
/// </summary>
public sealed record TakeInFolderCommand : IRequest<TakenInFolder>;

/// <param name="Found">How many names in the folder are those of videos.</param>
/// <param name="Indexed">How many of them were new to the index, or different from it.</param>
/// <param name="Skipped">What cannot be used, and was left as it is.</param>
/// <param name="Dropped">What the index had and the folder has no more.</param>
public sealed record TakenInFolder(int Found, int Indexed, IReadOnlyList<SkippedName> Skipped, IReadOnlyList<VideoId> Dropped);

/// <param name="Why">Without a capital and without a full stop.</param>
public sealed record SkippedName(VideoId Id, string Why);

/// <summary>How far the folder has been taken in. Written by the one who does it, read by anybody.</summary>
public sealed class TakeInProgress
{
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int found;
    private int done;

    /// <summary>Until then a video may be in the folder and not yet in the index.</summary>
    public bool IsFinished => finished.Task.IsCompleted;

    public int Found => Volatile.Read(ref found);

    public int Done => Volatile.Read(ref done);

    internal void Start(int videos)
    {
        Volatile.Write(ref found, videos);
        Volatile.Write(ref done, 0);
    }

    internal void Add(int videos) => Interlocked.Add(ref done, videos);

    internal void Finish() => finished.TrySetResult();

    /// <summary>Waits for it.</summary>
    public Task FinishedAsync(CancellationToken cancellationToken) => finished.Task.WaitAsync(cancellationToken);
}

internal sealed class TakeInFolderHandler(
    VideoFinder finder,
    VideoRemover remover,
    VideoLinks links,
    IVideoRecords records,
    IClientRecords clients,
    IVideoFolder folder,
    StorageRoom room,
    TakeInProgress progress,
    ILogger<TakeInFolderHandler> logger
) : IRequestHandler<TakeInFolderCommand, TakenInFolder>
{
    // Changes wait while a batch is taken in, so it is over in some milliseconds.
    private const int BatchSize = 250;

    // What sidecars are read with.
    private const int MostLevels = 80;

    private readonly List<SkippedName> skipped = [];
    private readonly List<VideoId> dropped = [];
    private int indexed;

    public async Task<TakenInFolder> Handle(TakeInFolderCommand request, CancellationToken cancellationToken)
    {
        var names = folder.List(cancellationToken).ToDictionary(name => name.Id.Text, StringComparer.Ordinal);
        progress.Start(names.Count);
        logger.TakeInStarted(names.Count);

        foreach (var batch in names.Values.Chunk(BatchSize))
        {
            await TakeInAsync(batch, cancellationToken);
            progress.Add(batch.Length);
        }

        await DropRecordsWithoutFileAsync(names, cancellationToken);
        if (dropped.Count > 0)
            logger.RecordsDropped(dropped.Count);
        room.ReadAgain();
        progress.Finish();
        logger.TakeInFinished(indexed, skipped.Count, dropped.Count);
        return new TakenInFolder(names.Count, indexed, skipped, dropped);
    }

    private async Task TakeInAsync(StoredName[] batch, CancellationToken cancellationToken)
    {
        using var lease = await finder.LeaseAllAsync(cancellationToken);
        var stored = new List<Video>(batch.Length);
        foreach (var name in batch)
        {
            if (folder.Read(name.Id, out var trouble) is not { } video)
            {
                Skip(name.Id, trouble ?? "it cannot be opened under its name, or was removed meanwhile");
                continue;
            }

            stored.Add(video);
            if (!SaysItsId(video))
                logger.StoredNameWithoutId(name.Id);
        }

        var recorded = (await records.StampsAsync([.. stored.Select(video => video.Id)], cancellationToken)).ToDictionary(
            stamp => stamp.Id.Text,
            StringComparer.Ordinal
        );
        var changed = await WithoutErasedAsync(
            lease,
            [.. stored.Where(video => recorded.GetValueOrDefault(video.Id.Text) != video.Stamp)],
            cancellationToken
        );
        if (changed.Count == 0)
            return;

        foreach (var video in changed)
        {
            // The folder says whose it is; a record that says otherwise is from another folder.
            if (recorded.TryGetValue(video.Id.Text, out var record) && record.Owner != video.Owner)
                await records.RemoveAsync([new VideoKey(record.Id, record.Revision)], cancellationToken);
        }

        await SaveAsync(changed, cancellationToken);
    }

    // Every server writes it, so that something happened to a file without one. Its links work by the name of the file, and are not taken
    // away.
    private static bool SaysItsId(Video video)
    {
        using var metadata = JsonDocument.Parse(video.Metadata, new JsonDocumentOptions { MaxDepth = MostLevels });
        return metadata.RootElement.TryGetProperty("video_id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number;
    }

    // One that the database does not take keeps no other out, and is not tried for ever.
    private async Task SaveAsync(List<Video> videos, CancellationToken cancellationToken)
    {
        try
        {
            await records.SaveAsync(videos, cancellationToken);
            foreach (var video in videos)
                links.Drop(video.Id);
            indexed += videos.Count;
        }
        catch (Exception exception) when (!IsOfTheDatabase(exception))
        {
            if (videos is [var one])
            {
                Skip(one.Id, $"it cannot be recorded: {exception.Message.WithoutControls(' ')}");
                return;
            }

            foreach (var video in videos)
                await SaveAsync([video], cancellationToken);
        }
    }

    private static bool IsOfTheDatabase(Exception exception) =>
        exception is OperationCanceledException or RefusedException { Refusal: Refusal.Unavailable or Refusal.NoRoom };

    // Left by a crash in the middle of an upload, or brought back with an old copy of the folder: what was erased stays so.
    private async Task<List<Video>> WithoutErasedAsync(VideoLease lease, List<Video> videos, CancellationToken cancellationToken)
    {
        var erased = await clients.ErasedAsync(videos.Select(video => video.Owner), cancellationToken);
        foreach (var video in videos.Where(video => erased.Contains(video.Owner)))
        {
            await remover.EraseAsync(lease, video);
            logger.ErasedClientsVideo(video.Id);
        }

        return [.. videos.Where(video => !erased.Contains(video.Owner))];
    }

    private async Task DropRecordsWithoutFileAsync(Dictionary<string, StoredName> names, CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            var page = await records.KeysAsync(after, BatchSize, cancellationToken);
            foreach (var key in page.Where(key => !names.TryGetValue(key.Id.Text, out var name) || !name.HasFile))
                await DropIfGoneAsync(key.Id, cancellationToken);
            if (page.Count < BatchSize)
                return;
            after = page[^1].Id.Text;
        }
    }

    // The bytes go first when a video is deleted. A record without them is a deletion that a crash cut short, or somebody
    // removed the file by hand: either way there is nothing left to keep a sidecar for.
    private async Task DropIfGoneAsync(VideoId id, CancellationToken cancellationToken)
    {
        using var lease = await finder.LeaseAsync(id, cancellationToken);
        using (var bytes = folder.Open(id))
        {
            if (bytes is not null || await records.FindAsync(id, scope: null, cancellationToken) is not { } video)
                return;
            await remover.RemoveAsync(lease, video, AuditAction.Missing, by: null);
        }

        dropped.Add(id);
        logger.RecordWithoutFile(id);
    }

    private void Skip(VideoId id, string why)
    {
        skipped.Add(new SkippedName(id, why));
        logger.StoredNameSkipped(id, why);
    }
}
