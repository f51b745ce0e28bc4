namespace Vigint.Domain.Media;

/// <summary>Why a file is not taken as a video.</summary>
public enum NoVideoReason
{
    /// <summary>Nothing that is known begins like this.</summary>
    Unknown,
    WebPage,
    Playlist,
    Text,
    StillPicture,
    SoundOnly,
    Archive,

    /// <summary>H.264 without a container.</summary>
    RawH264,

    /// <summary>H.265 without a container.</summary>
    RawH265,

    /// <summary>MPEG-1, MPEG-2 or MPEG-4 video without a container.</summary>
    RawMpeg,

    /// <summary>A part of a fragmented stream, without what describes its tracks.</summary>
    StreamSegment,

    /// <summary>An MP4 that ends after its first box, or whose first box holds nothing.</summary>
    OnlyFileType,

    /// <summary>An MP4 that ends before its index or within it, and holds nothing that looks like pictures.</summary>
    NoIndex,

    /// <summary>The first bytes are those of a video, and what follows is something else.</summary>
    Damaged,

    /// <summary>The headers are whole, and no pictures follow them.</summary>
    NoPictures,
}

/// <summary>Tells an installer what was sent in place of a video, and what to do about it.</summary>
public static class NoVideoSentences
{
    public const string Formats = "MP4, MOV, Matroska, WebM, AVI, MPEG-TS, MPEG-PS, DAV, FLV or ASF";

    public static string Of(NoVideoReason reason) =>
        reason switch
        {
            NoVideoReason.WebPage =>
                "The file is a web page: the address that it came from answered with a page, such as one to log in on. "
                    + "Open the file in a browser to see it",
            NoVideoReason.Playlist => "The file is a playlist, which only names recordings. Send the recording itself",
            NoVideoReason.Text => "The file is text, such as an error message in place of the recording. Open it in an editor to read it",
            NoVideoReason.StillPicture => "The file is a still picture, or pictures without a container. Send a recording; "
                + "a stream of JPEG pictures is wrapped with: ffmpeg -f mjpeg -i clip.mjpeg -c copy clip.mov",
            NoVideoReason.SoundOnly => "There is sound in the file and no video track. "
                + "Check that the export of the recorder includes the picture",
            NoVideoReason.Archive => "The file is an archive. Unpack it and send the recording",
            NoVideoReason.RawH264 => "The file is a raw H.264 stream without a container. "
                + "Wrap it: ffmpeg -f h264 -i clip.h264 -c copy clip.mp4",
            NoVideoReason.RawH265 => "The file is a raw H.265 stream without a container. "
                + "Wrap it: ffmpeg -f hevc -i clip.h265 -c copy clip.mp4",
            NoVideoReason.RawMpeg =>
                "The file is a raw MPEG video stream without a container. Wrap it: ffmpeg -i clip.m2v -c copy clip.mkv",
            NoVideoReason.StreamSegment => "The file is a segment of a stream, without its index. "
                + "Put the initialization segment in front of it",
            NoVideoReason.OnlyFileType => "The file begins like an MP4 and is empty after that. "
                + "Wait until the recorder has closed the recording, and send it then",
            NoVideoReason.NoIndex => "The MP4 ends before its index, and there are no pictures in it that can be recognized. "
                + "Wait until the recorder has closed the recording, and send the whole file",
            NoVideoReason.Damaged => "The file begins like a video, and what follows is something else: it is damaged or encrypted. "
                + "Copy it from the recorder again",
            NoVideoReason.NoPictures => "The file ends after its headers, before the first picture. "
                + "Wait until the recorder has closed the recording, and send it then",
            _ => $"The content is not a video in {Formats}; the name of the file does not matter",
        };
}
