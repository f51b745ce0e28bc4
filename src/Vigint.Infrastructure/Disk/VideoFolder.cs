using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Containers;

namespace Vigint.Infrastructure.Disk;

internal sealed class VideoFolder(StorageFolder folder, Scratch scratch) : IVideoFolder, ITemporaryFiles
{
    // Far more than a megabyte of metadata and the server's own members; a file of that name that is no sidecar may be anything.
    private const long MostSidecarBytes = 16L * 1024 * 1024;

    private const string OriginalName = "original";

    private readonly ConcurrentDictionary<string, bool> stemsInUse = new(StringComparer.Ordinal);

    public async Task<IVideoDraft> ReceiveAsync(
        PipeReader body,
        long maxBytes,
        Action<long> beforeWriting,
        CancellationToken cancellationToken
    )
    {
        var draft = NewDraft((stem, whenOver) => VideoDraft.New(folder, stem, whenOver));
        try
        {
            var isFirst = true;
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                var bytes = read.Buffer;
                if (isFirst && bytes.Length < Signature.BytesNeeded && !read.IsCompleted)
                {
                    body.AdvanceTo(bytes.Start, bytes.End);
                    continue;
                }

                if (isFirst && !bytes.IsEmpty)
                    RequireStartOfVideo(bytes);
                isFirst = false;
                if (draft.SizeBytes + bytes.Length > maxBytes)
                    throw VideoRefusals.TooLarge(maxBytes);
                beforeWriting(bytes.Length);
                draft.Append(bytes);
                body.AdvanceTo(bytes.End);
                if (read.IsCompleted)
                    break;
            }

            draft.Complete();
            return draft;
        }
        catch (IOException exception) when (DiskFull.Is(exception))
        {
            draft.Dispose();
            throw DiskFull.AsRefusal(folder.Path);
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    public async Task<IVideoDraft> TakeOverAsync(MediaFile file, CancellationToken cancellationToken)
    {
        var draft = NewDraft((stem, whenOver) => VideoDraft.Of(file, folder, stem, whenOver));
        try
        {
            await draft.HashAsync(cancellationToken);
            draft.Complete();
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    public IInstallation Prepare(IVideoDraft draft, Video video)
    {
        var own = (VideoDraft)draft;
        var sidecar = folder.Incoming(Installation.SidecarName(own.Stem));
        try
        {
            NewFile.Write(sidecar, SidecarFile.Write(video));
            return new Installation(folder, own, video.Id);
        }
        catch (Exception exception)
        {
            File.Delete(sidecar);
            File.Delete(folder.Incoming(Installation.OldBytesName(own.Stem)));
            if (DiskFull.Is(exception))
                throw DiskFull.AsRefusal(folder.Path);
            throw;
        }
    }

    public void WriteSidecar(Video video)
    {
        // The name says that it is no upload's, so that start-up removes it.
        var stem = Guid.NewGuid().ToString("N");
        var beside = folder.Incoming($"{stem}.change");
        stemsInUse[stem] = true;
        try
        {
            NewFile.Write(beside, SidecarFile.Write(video));
            File.Move(beside, folder.Sidecar(video.Id), overwrite: true);
            folder.Flush();
        }
        catch (Exception exception)
        {
            File.Delete(beside);
            if (DiskFull.Is(exception))
                throw DiskFull.AsRefusal(folder.Path);
            throw;
        }
        finally
        {
            stemsInUse.TryRemove(stem, out _);
        }
    }

    public bool Holds(VideoId id) => RegularFile.IsThere(folder.Video(id)) || RegularFile.IsThere(folder.Sidecar(id));

    public void RepairSidecar(Video video)
    {
        if (File.Exists(folder.Video(video.Id)) && !File.Exists(folder.Sidecar(video.Id)))
            WriteSidecar(video);
    }

    public void Flush() => folder.Flush();

    public void Delete(VideoId id)
    {
        File.Delete(folder.Video(id));
        File.Delete(folder.Sidecar(id));
    }

    public VideoBytes? Open(VideoId id) => OpenFile(() => folder.OpenVideo(id, out _));

    public VideoBytes? OpenHeldBack(string heldBack) => OpenFile(() => folder.OpenOwn(Path.GetFileName(folder.IncomingPath), heldBack));

    public Video? Read(VideoId id, out string? trouble)
    {
        trouble = null;
        try
        {
            using var file = folder.OpenVideo(id, out var fileRefusal, tells: false);
            using var sidecar = folder.OpenSidecar(id, out var sidecarRefusal);
            if (fileRefusal != RegularFile.Refusal.None)
                throw new InvalidDataException(ClipLinks.WhyNot("its video file", fileRefusal));
            if (sidecarRefusal != RegularFile.Refusal.None)
                throw new InvalidDataException(ClipLinks.WhyNot("its JSON file", sidecarRefusal));
            if (file is null && sidecar is null && !Holds(id))
                return null;
            if (file is null || sidecar is null)
                throw new InvalidDataException(file is null ? "its video file is missing" : "its JSON file is missing");
            if (RandomAccess.GetLength(sidecar) > MostSidecarBytes)
                throw new InvalidDataException("its JSON file is too large");
            return SidecarFile.Read(id, RegularFile.ReadToEnd(sidecar), RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }
        catch (InvalidDataException exception)
        {
            trouble = exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            trouble = "its files cannot be read";
        }

        return null;
    }

    public IEnumerable<StoredName> List(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredName>(StringComparer.Ordinal);

        // A link counts as the file of its video wherever it leads: it may only be that a disk is not mounted.
        var names = new FileSystemEnumerable<string>(
            folder.Path,
            (ref FileSystemEntry entry) => entry.FileName.ToString(),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }
        )
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory || (entry.Attributes & FileAttributes.ReparsePoint) != 0,
        };
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (StorageFolder.Recognise(name) is not var (id, isSidecar))
                continue;
            if (!isSidecar || !found.ContainsKey(id.Text))
                found[id.Text] = new StoredName(id, HasFile: !isSidecar);
        }

        return found.Values;
    }

    public MediaFile? Share(VideoId id, IScratchFolder scratch)
    {
        var original = scratch.At(OriginalName);
        try
        {
            using var bytes = folder.OpenVideo(id, out _);
            if (bytes is null)
                return null;
            SecondName.Give(bytes, original.Path);
            return original;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskFull.Is(exception) ? DiskFull.AsRefusal(folder.Path) : VideoRefusals.StorageAway();
        }
    }

    public IReadOnlyList<TemporaryFile> TemporaryFiles() =>
        [.. new DirectoryInfo(folder.IncomingPath).EnumerateFiles().Select(AsTemporary).OfType<TemporaryFile>(), .. scratch.Files()];

    public bool DeleteTemporary(TemporaryFile file)
    {
        if (Scratch.IsNameOfOne(file.Name))
            return scratch.Delete(file.Name);
        if (IsInUse(file.Name))
            return false;
        File.Delete(folder.Incoming(file.Name));
        return true;
    }

    // What cannot be a video is not worth receiving a film for.
    private static void RequireStartOfVideo(ReadOnlySequence<byte> bytes)
    {
        Span<byte> start = stackalloc byte[NoContainer.BytesUseful];
        var known = bytes.Slice(0, Math.Min(bytes.Length, start.Length));
        known.CopyTo(start);
        start = start[..(int)known.Length];
        if (Signature.Of(start) == ContainerKind.None)
            throw VideoRefusals.NotAVideo(NoContainer.ReasonOf(start));
    }

    private static DiskVideoBytes? OpenFile(Func<SafeFileHandle?> open)
    {
        try
        {
            return DiskVideoBytes.Of(open());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }

    private VideoDraft NewDraft(Func<string, Action, VideoDraft> make)
    {
        // Known to be in use before there is a file that a clean-up could find.
        var stem = Guid.NewGuid().ToString("N");
        stemsInUse[stem] = true;
        try
        {
            return make(stem, () => stemsInUse.TryRemove(stem, out _));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            stemsInUse.TryRemove(stem, out _);
            throw DiskFull.Is(exception) ? DiskFull.AsRefusal(folder.Path) : VideoRefusals.StorageAway();
        }
    }

    private bool IsInUse(string name) => stemsInUse.ContainsKey(Installation.StemOf(name));

    // Null when it is gone by now.
    private TemporaryFile? AsTemporary(FileInfo file)
    {
        try
        {
            return new TemporaryFile(file.Name, file.Length, file.LastWriteTimeUtc, IsInUse(file.Name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
