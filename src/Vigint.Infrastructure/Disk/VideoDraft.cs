using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigint.Application.Media;
using Vigint.Application.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>A file under way to be a video. Disposing removes it, unless it became one.</summary>
internal sealed class VideoDraft : IVideoDraft
{
    // The disk begins to write while the rest is still coming in, so that the flush at the end has little left to wait for.
    private const long WriteBackEvery = 4L * 1024 * 1024;

    private const int ReadAtATime = 256 * 1024;

    private readonly StorageFolder folder;
    private readonly Action whenOver;
    private readonly SafeFileHandle handle;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> segments = [];
    private Task flushed = Task.CompletedTask;
    private long writeBackBegun;
    private bool isKept;
    private bool isLeft;

    private VideoDraft(StorageFolder folder, string stem, SafeFileHandle handle, Action whenOver)
    {
        this.folder = folder;
        this.whenOver = whenOver;
        this.handle = handle;
        Stem = stem;
    }

    /// <summary>One to append to.</summary>
    /// <param name="stem">Names its files in the temporary area.</param>
    public static VideoDraft New(StorageFolder folder, string stem, Action whenOver) =>
        new(folder, stem, NewFile.Open(folder.Incoming(Installation.DraftName(stem)), FileAccess.ReadWrite), whenOver);

    /// <summary>One that is a second name of a file; to be read with <see cref="HashAsync"/>.</summary>
    /// <param name="stem">Names its files in the temporary area.</param>
    public static VideoDraft Of(MediaFile file, StorageFolder folder, string stem, Action whenOver)
    {
        var path = folder.Incoming(Installation.DraftName(stem));
        SecondName.Give(file.Path, path);
        NewFile.KeepFromOthers(path);
        return new VideoDraft(folder, stem, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite), whenOver);
    }

    public string Stem { get; }

    public long SizeBytes { get; private set; }

    public string Sha256 { get; private set; } = "";

    public VideoBytes Bytes => new DiskVideoBytes(handle);

    /// <summary>Appends the segments in one system call.</summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        segments.Clear();
        foreach (var segment in bytes)
        {
            hash.AppendData(segment.Span);
            segments.Add(segment);
        }

        RandomAccess.Write(handle, segments, SizeBytes);
        SizeBytes += bytes.Length;
        if (SizeBytes - writeBackBegun < WriteBackEvery)
            return;
        Posix.BeginWriteBack(handle, writeBackBegun, SizeBytes - writeBackBegun);
        writeBackBegun = SizeBytes;
    }

    /// <summary>Reads all that is there.</summary>
    public async Task HashAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadAtATime);
        try
        {
            while (await RandomAccess.ReadAsync(handle, buffer, SizeBytes, cancellationToken) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                SizeBytes += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends the hash and begins to bring the bytes to the disk; meanwhile the rest of the form is read and judged.</summary>
    public void Complete()
    {
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());

        // On a thread of its own: many uploads that wait for the disk must not take the pool's threads from those who read.
        flushed = Task.Factory.StartNew(
            () => RandomAccess.FlushToDisk(handle),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    public async Task FlushedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await flushed.WaitAsync(cancellationToken);
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            throw DiskFull.AsRefusal(folder.Path);
        }
    }

    /// <summary>The file has become a video.</summary>
    public void Keep() => isKept = true;

    /// <summary>Its files are for the next start to make sense of: none is removed, and for everybody else they are in use.</summary>
    public void LeaveToStart() => isLeft = true;

    public void Dispose()
    {
        handle.Dispose();
        hash.Dispose();
        segments.Clear();
        if (isLeft)
            return;
        if (!isKept)
            File.Delete(folder.Incoming(Installation.DraftName(Stem)));
        whenOver();
    }
}
