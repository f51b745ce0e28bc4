using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.TakeInFolder;

namespace Vigint.TestSupport;

/// <summary>
/// Everything that finds, stores, changes and removes videos, put together as the server does it. A test gives the ports that it is about;
/// the others answer nothing.
/// </summary>
public sealed class StoredVideos : IDisposable
{
    private readonly Journal<AuditEvent> journal;

    public StoredVideos(
        IVideoRecords? records = null,
        IVideoFolder? folder = null,
        IClientRecords? clients = null,
        IRenditionRecords? renditions = null,
        IRenditionFiles? renditionFiles = null,
        IStorageSpace? space = null,
        TimeProvider? clock = null,
        bool makesRenditions = false,
        bool isTakenIn = false
    )
    {
        clock ??= TimeProvider.System;
        Records = records ?? Mock.Of<IVideoRecords>();
        Folder = folder ?? Mock.Of<IVideoFolder>();
        Clients = clients ?? Mock.Of<IClientRecords>();
        RenditionFiles = renditionFiles ?? Mock.Of<IRenditionFiles>();
        var renditionRecords = renditions ?? Mock.Of<IRenditionRecords>();
        journal = new Journal<AuditEvent>((_, _) => Task.CompletedTask, clock);
        if (isTakenIn)
            TakeIn.Finish();
        Room = new StorageRoom(space ?? Mock.Of<IStorageSpace>(), Mock.Of<IStorageTotals>(), new StorageOptions(null), clock);
        Line = new RenditionQueue(new RenditionOptions(makesRenditions));
        Finder = new VideoFinder(Locks, Records, Folder, Unsettled, TakeIn);
        Links = new VideoLinks(Finder, renditionRecords, Clients, new TokenKey("key"), new LinkCache());
        IVideoObserver[] observers =
        [
            new RenditionObserver(renditionRecords, RenditionFiles, Line, Links, Room, NullLogger<RenditionObserver>.Instance),
            new RoomObserver(Room),
            new AuditObserver(new AuditTrail(journal, clock), NullLogger<AuditObserver>.Instance),
            new UploadCounter(new VideoMetrics(A.Meters)),
        ];
        Writer = new VideoWriter(Records, Folder, Links, Unsettled, observers);
        Remover = new VideoRemover(Records, Folder, RenditionFiles, Links, observers);
        Settler = new VideoSettler(Locks, Folder, Clients, Unsettled, Writer, Remover);
        Renditions = new RenditionStore(Finder, renditionRecords, RenditionFiles, Links, Room, clock);
    }

    public IVideoRecords Records { get; }

    public IVideoFolder Folder { get; }

    public IClientRecords Clients { get; }

    public IRenditionFiles RenditionFiles { get; }

    public TakeInProgress TakeIn { get; } = new();

    public VideoLocks Locks { get; } = new();

    public UnsettledVideos Unsettled { get; } = new();

    public StorageRoom Room { get; }

    public RenditionQueue Line { get; }

    public VideoFinder Finder { get; }

    public VideoLinks Links { get; }

    public VideoWriter Writer { get; }

    public VideoRemover Remover { get; }

    public VideoSettler Settler { get; }

    public RenditionStore Renditions { get; }

    public void Dispose()
    {
        Locks.Dispose();
        journal.Dispose();
    }
}
