using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>Takes in pictures one after the other; those that are no JPEG are counted and forgotten.</summary>
public sealed class FrameIntake(ReceivedMedia media) : IDisposable
{
    /// <summary>Pictures in one call.</summary>
    public const int MostFrames = 7500;

    private readonly List<Picture> pictures = [];
    private IScratchFile? current;

    /// <summary>Those that look like ones, in the order in which they came; their files are numbered from 0 (<see cref="At"/>).</summary>
    public IReadOnlyList<Picture> Pictures => pictures;

    public int Failed { get; private set; }

    public IScratchFolder Folder => media.Folder;

    public MediaFile At(int number) => Folder.At(FrameSequence.NameOf(number));

    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Invalid"/> when it is one too many; as <see cref="ReceivedMedia.Append"/>.
    /// </exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        RequireNotTooMany();
        current ??= Folder.Create(FrameSequence.NameOf(pictures.Count));
        media.Append(current, bytes);
    }

    /// <summary>The picture is complete.</summary>
    /// <param name="isUsable">False when it certainly cannot be used.</param>
    /// <returns>Whether it looks like a JPEG.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when it is one too many.</exception>
    public bool End(bool isUsable)
    {
        RequireNotTooMany();
        var name = FrameSequence.NameOf(pictures.Count);
        var file = current;
        file?.Dispose();
        current = null;
        if (file is not null && isUsable && SizeOf(name) is { } size && MediaBounds.Allows(size.Width, size.Height))
        {
            pictures.Add(new Picture(size, file.SizeBytes));
            return true;
        }

        Failed++;
        if (file is not null)
            Folder.Remove(name);
        return false;
    }

    public void Dispose() => current?.Dispose();

    private void RequireNotTooMany()
    {
        if (pictures.Count + Failed == MostFrames)
            throw MediaRefusals.TooManyFrames(MostFrames);
    }

    private PictureSize? SizeOf(string name)
    {
        using var bytes = Folder.Open(name);
        return bytes is null ? null : JpegHeader.Read(bytes);
    }
}

/// <summary>In pixels.</summary>
public readonly record struct PictureSize(int Width, int Height);

/// <param name="SizeBytes">Of its file.</param>
public sealed record Picture(PictureSize Size, long SizeBytes);
