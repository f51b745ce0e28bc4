using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigint.Application.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>A file under way to be a video. Disposing removes it, unless it became one.</summary>
internal sealed class VideoDraft : IVideoDraft
{
    private readonly StorageFolder folder;
    private readonly Action whenOver;
    private readonly SafeFileHandle handle;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<ReadOnlyMemory<byte>> segments = [];
    private bool isKept;

    /// <param name="stem">Names its files in the temporary area.</param>
    public VideoDraft(StorageFolder folder, string stem, Action whenOver)
    {
        this.folder = folder;
        this.whenOver = whenOver;
        Stem = stem;
        handle = NewFile.Open(folder.Incoming(Installation.DraftName(Stem)), FileAccess.ReadWrite);
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
    }

    /// <summary>Ends the hash and brings the bytes to the disk.</summary>
    public void Complete()
    {
        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>The file has become a video.</summary>
    public void Keep() => isKept = true;

    public void Dispose()
    {
        handle.Dispose();
        hash.Dispose();
        segments.Clear();
        if (!isKept)
            File.Delete(folder.Incoming(Installation.DraftName(Stem)));
        whenOver();
    }
}
