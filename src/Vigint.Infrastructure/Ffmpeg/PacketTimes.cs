namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Has ffmpeg tell when each picture of a file is shown as its container has it, without decoding any.</summary>
internal static class PacketTimes
{
    // Of a line "0, 1024, 512, 512, 67068, 0xb578f05c": the stream, when it is decoded and shown, for how long, its bytes.
    private const int DecodedAt = 1;
    private const int ShownAt = 2;
    private const int Duration = 3;

    // As ffmpeg writes that it knows no time.
    private const double Unknown = long.MinValue;

    /// <param name="input">Of <see cref="VideoInput.Of"/>.</param>
    /// <param name="told">Told of each picture its first and its last second, from the beginning of the input, in the order of the file.</param>
    /// <exception cref="Domain.RefusedException">As <see cref="Application.Media.IVideoEncoder"/> says.</exception>
    public static Task ReadAsync(FfmpegProcess process, IEnumerable<string> input, Action<double, double> told, CancellationToken cancellationToken)
    {
        const string timeBase = "#tb 0:";
        var unit = 0.0;
        return process.RunAsync(
            FfmpegProgram.Ffmpeg,
            ["-hide_banner", "-nostdin", "-nostats", "-v", "error", .. input, "-map", "0:V:0", "-c", "copy", "-copyinkf", "-f", "framecrc", "pipe:1"],
            line =>
            {
                if (line.StartsWith(timeBase, StringComparison.Ordinal))
                    unit = FfmpegText.Fraction(line[timeBase.Length..]) ?? 0;
                else if (line.Split(',') is { Length: > Duration } fields && !line.StartsWith('#')
                    && (TimeIn(fields[ShownAt]) ?? TimeIn(fields[DecodedAt])) is { } time)
                    told(time * unit, (time + (FfmpegText.Number(fields[Duration]) ?? 0)) * unit);
            },
            cancellationToken);
    }

    private static double? TimeIn(string field) => FfmpegText.Number(field) is { } time and not Unknown ? time : null;
}
