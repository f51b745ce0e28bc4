using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media.CreateVideo;

/// <summary>Takes in pictures one after the other; those that are no JPEG are counted and forgotten.</summary>
public sealed class FrameIntake(ReceivedMedia media) : IDisposable
{
    /// <summary>Pictures in one call.</summary>
    public const int MostFrames = 7500;

    private readonly List<(int Width, int Height)> sizes = [];
    private IScratchFile? current;

    /// <summary>Pictures that look like ones, numbered from 0 in the folder.</summary>
    public int Count => sizes.Count;

    public int Failed { get; private set; }

    public IScratchFolder Folder => media.Folder;

    /// <summary>The size that most of them have; of several the one that came first.</summary>
    public (int Width, int Height) CommonSize => sizes.GroupBy(size => size).MaxBy(same => same.Count())!.Key;

    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when it is one too many; as <see cref="ReceivedMedia.Append"/>.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Count + Failed == MostFrames)
            throw MediaRefusals.TooManyFrames(MostFrames);
        current ??= media.Folder.Create(FrameSequence.NameOf(Count));
        media.Append(current, bytes);
    }

    /// <summary>The picture is complete.</summary>
    /// <param name="isUsable">False when what came is none for sure.</param>
    public void End(bool isUsable)
    {
        if (Count + Failed == MostFrames)
            throw MediaRefusals.TooManyFrames(MostFrames);
        current?.Dispose();
        if (isUsable && current is not null && SizeOf(FrameSequence.NameOf(Count)) is { } size && MediaBounds.Allows(size.Width, size.Height))
        {
            sizes.Add(size);
        }
        else
        {
            Failed++;
            if (current is not null)
                media.Folder.Remove(FrameSequence.NameOf(Count));
        }

        current = null;
    }

    public void Dispose() => current?.Dispose();

    private (int Width, int Height)? SizeOf(string name)
    {
        using var bytes = media.Folder.Open(name);
        return bytes is null ? null : JpegHeader.Read(bytes);
    }
}
