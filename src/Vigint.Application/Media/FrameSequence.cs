namespace Vigint.Application.Media;

/// <summary>Pictures that become a video: JPEG files in one scratch folder, numbered from 0 without a gap.</summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Count">How many.</param>
/// <param name="FrameRate">Frames a second.</param>
/// <param name="Width">Of the video, even; pictures of another size are fitted in and framed in black.</param>
/// <param name="Height">Of the video, even.</param>
/// <param name="Format">Of the video.</param>
public sealed record FrameSequence(IScratchFolder Folder, int Count, double FrameRate, int Width, int Height, VideoFormat Format)
{
    private const string Name = "frame";

    /// <summary>A video in the size that most of the pictures have; of several the one that came first.</summary>
    /// <param name="pictures">At least one.</param>
    public static FrameSequence Of(IScratchFolder folder, IReadOnlyList<Picture> pictures, double frameRate, VideoFormat format)
    {
        var (width, height) = pictures.GroupBy(picture => picture.Size).MaxBy(same => same.Count())!.Key;
        return new FrameSequence(folder, pictures.Count, frameRate, Even(width), Even(height), format);
    }

    /// <summary>The name of a picture in <see cref="Folder"/>.</summary>
    public static string NameOf(int number) => $"{Name}-{number:D6}.jpg";

    /// <summary>All of them, as ffmpeg names numbered files: a percent sign in the folder's own name is written twice.</summary>
    public string Pattern => Folder.At(Name).Path.Replace("%", "%%", StringComparison.Ordinal) + "-%06d.jpg";

    public MediaFile At(int number) => Folder.At(NameOf(number));

    // H.264 has no odd sides: a line of black more, not a line of picture less.
    private static int Even(int length) => length + (length & 1);
}

/// <summary>A container that can be asked for.</summary>
public enum VideoFormat
{
    Mp4,
    Avi,
    Mov,
    Mkv,
}
