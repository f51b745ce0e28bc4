namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Has ffmpeg measure pictures, some figures for each.</summary>
internal static class PictureStatistics
{
    private const string Prefix = "lavfi.signalstats.";

    /// <param name="input">Of <see cref="VideoInput.Of"/>.</param>
    /// <param name="picture">Of <see cref="VideoInput.PictureOf"/>.</param>
    /// <param name="filters">What is done to the pictures before.</param>
    /// <param name="figures">Of ffmpeg's filter <c>signalstats</c>: <c>YAVG</c>, <c>YDIF</c>.</param>
    /// <param name="told">
    /// Told for each picture its second, from the beginning of the input, and the figures in the order of <paramref name="figures"/>.
    /// </param>
    /// <returns>As <see cref="FfmpegProcess.RunAsync"/>: of pictures that it could not decode, or only in part.</returns>
    /// <exception cref="Domain.RefusedException">As <see cref="Application.Media.IVideoEncoder"/> says.</exception>
    public static Task<string> ReadAsync(
        FfmpegProcess process,
        IEnumerable<string> input,
        string picture,
        string filters,
        string[] figures,
        Action<double, double[]> told,
        CancellationToken cancellationToken
    ) =>
        process.RunAsync(
            FfmpegProgram.Ffmpeg,
            [
                "-hide_banner",
                "-nostdin",
                "-nostats",
                "-v",
                "error",
                .. input,
                "-map",
                picture,
                "-vf",
                $"{filters},{Filter(figures)}",
                "-f",
                "null",
                "/dev/null",
            ],
            Reader(figures, told),
            cancellationToken
        );

    /// <summary>The filter that writes the figures to the standard output, for <see cref="Reader"/>.</summary>
    public static string Filter(string[] figures) =>
        $"signalstats,metadata=print:{(figures is [var only] ? $"key={Prefix}{only}:" : "")}file=-";

    /// <summary>Reads the lines of <see cref="Filter"/>.</summary>
    public static Action<string> Reader(string[] figures, Action<double, double[]> told)
    {
        const string time = "pts_time:";
        var second = 0.0;
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        return line =>
        {
            if (line.IndexOf(time, StringComparison.Ordinal) is >= 0 and var at)
            {
                second = FfmpegText.Number(line[(at + time.Length)..]) ?? second;
                found.Clear();
            }
            else if (
                line.StartsWith(Prefix, StringComparison.Ordinal)
                && line[Prefix.Length..].Split('=') is [var name, var value]
                && figures.Contains(name)
                && FfmpegText.Number(value) is { } number
                && found.TryAdd(name, number)
                && found.Count == figures.Length
            )
            {
                told(second, [.. figures.Select(figure => found[figure])]);
            }
        };
    }
}
