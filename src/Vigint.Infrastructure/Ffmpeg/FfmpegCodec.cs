namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>What one line of <c>ffmpeg -codecs</c> says: which encoders and decoders there are for a codec.</summary>
internal sealed record FfmpegCodec(IReadOnlyList<string> Encoders, IReadOnlyList<string> Decoders)
{
    /// <param name="line">
    /// Such as <c>DEV.LS h264  H.264 (decoders: h264 h264_qsv) (encoders: libx264)</c>. A codec whose only encoder or decoder has the name
    /// of the codec comes without that list.
    /// </param>
    /// <returns>Null for a line that is about no codec.</returns>
    public static FfmpegCodec? Read(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [{ Length: 6 } letters, not "=" and var codec, ..]
            ? new FfmpegCodec(
                letters[1] == 'E' ? Listed(line, "(encoders: ") ?? [codec] : [],
                letters[0] == 'D' ? Listed(line, "(decoders: ") ?? [codec] : []
            )
            : null;

    private static string[]? Listed(string line, string start) =>
        line.IndexOf(start, StringComparison.Ordinal) is >= 0 and var found
            ? line[(found + start.Length)..].Split(')')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : null;
}
