using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Infrastructure.Containers;
using Vigint.Infrastructure.Disk;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Ffmpeg;

/// <summary>The adapters over a storage folder of their own, and real clips to work on.</summary>
public abstract class FfmpegFixture
{
    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private protected Launcher Launcher { get; private set; } = null!;

    private protected Scratch Scratch { get; private set; } = null!;

    protected IScratchFolder Work { get; private set; } = null!;

    /// <summary>What may be written; null for the disk.</summary>
    protected long? QuotaBytes { get; set; }

    private protected FfmpegProcess Process { get; private set; } = null!;

    protected IVideoProbe Probe { get; private set; } = null!;

    protected IVideoEncoder Encoder { get; private set; } = null!;

    private readonly List<IDisposable> toDispose = [];

    [SetUp]
    public void Open()
    {
        Needs.Program("ffmpeg");
        QuotaBytes = null;

        // What an operator may call a folder.
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.At("a \"folder\" of 100%d \\")));
        Scratch = new Scratch(storage);
        Work = Scratch.NewFolder();
        Launcher = new Launcher();
        UseBounds(new EncoderOptions(MostJobs: 1, MostWaiting: 8, MemoryBytes: 2048L << 20, Longest: TimeSpan.FromMinutes(2)));
    }

    [TearDown]
    public void Close()
    {
        Work.Dispose();
        toDispose.ForEach(one => one.Dispose());
        toDispose.Clear();
        storage.Dispose();
        temporary.Dispose();
    }

    protected void UseBounds(EncoderOptions options)
    {
        var stored = new Mock<IStorageTotals>();
        stored
            .Setup(one => one.TotalsAsync(null, It.IsAny<DateTimeOffset>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new StorageTotals(0, 0, 0, null));
        var room = new StorageRoom(new StorageSpace(storage), stored.Object, new StorageOptions(QuotaBytes), TimeProvider.System);
        Process = new FfmpegProcess(
            Launcher,
            options,
            storage,
            room,
            new FfmpegMetrics(A.Meters),
            TimeProvider.System,
            NullLogger<FfmpegProcess>.Instance
        );
        var probe = new VideoProbe(Process, new ContainerReader());
        toDispose.Add(probe);
        Probe = probe;
        Encoder = new VideoEncoder(Process, options);
    }

    /// <summary>A file in the work folder, its name saying nothing of what it is.</summary>
    protected MediaFile Put(byte[] bytes, string name = "source")
    {
        using var file = Work.Create(name);
        file.Append(bytes);
        return file.Media;
    }

    protected async Task<(MediaFile File, MediaReport Report)> PutAsync(string fileName, params string[] arguments)
    {
        var file = Put(await Clips.MakeAsync(fileName, arguments));
        return (file, await Probe.ReadAsync(file, CancellationToken.None));
    }
}
