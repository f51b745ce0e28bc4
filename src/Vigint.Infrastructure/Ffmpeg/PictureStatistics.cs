namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Has ffmpeg measure pictures, one figure for each, and writes none of them anywhere.</summary>
internal static class PictureStatistics
{
    /// <param name="input">Of <see cref="VideoInput.Of"/>.</param>
    /// <param name="filters">What is done to the pictures before.</param>
    /// <param name="figure">A figure of ffmpeg's filter <c>signalstats</c>: <c>YAVG</c>, <c>YDIF</c>.</param>
    /// <param name="told">Told for each picture its second, from the beginning of the input, and the figure.</param>
    /// <returns>As <see cref="FfmpegProcess.RunAsync"/>: of pictures that it could not decode, or only in part.</returns>
    /// <exception cref="Domain.RefusedException">As <see cref="Application.Media.IVideoEncoder"/> says.</exception>
    public static Task<string> ReadAsync(
        FfmpegProcess process, IEnumerable<string> input, string filters, string figure, Action<double, double> told, CancellationToken cancellationToken)
    {
        const string time = "pts_time:";
        var value = $"lavfi.signalstats.{figure}=";
        var second = 0.0;
        return process.RunAsync(
            FfmpegProgram.Ffmpeg,
            [
                "-hide_banner", "-nostdin", "-nostats", "-v", "error", .. input, "-map", "0:V:0",
                "-vf", $"{filters},signalstats,metadata=print:key=lavfi.signalstats.{figure}:file=-", "-f", "null", "/dev/null",
            ],
            line =>
            {
                if (line.IndexOf(time, StringComparison.Ordinal) is >= 0 and var at)
                    second = FfmpegText.Number(line[(at + time.Length)..]) ?? second;
                else if (line.StartsWith(value, StringComparison.Ordinal) && FfmpegText.Number(line[value.Length..]) is { } found)
                    told(second, found);
            },
            cancellationToken);
    }
}
