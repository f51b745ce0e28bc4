using System.Globalization;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Has ffmpeg tell when each picture of a file is shown as its container has it, without decoding any.</summary>
internal static class PacketTimes
{
    // Of a line "0, 1024, 512, 512, 67068, 0xb578f05c, F=0x0": the stream, when it is decoded and shown, for how long, its bytes, and flags
    // unless it is a key picture and nothing else.
    private const int DecodedAt = 1;
    private const int ShownAt = 2;
    private const int Duration = 3;

    // As ffmpeg writes that it knows no time.
    private const double Unknown = long.MinValue;

    /// <param name="input">Of <see cref="VideoInput.Of"/>.</param>
    /// <param name="streams">As <c>-map</c> takes them.</param>
    /// <param name="told">Told of each packet, in the order of the file.</param>
    /// <returns>As <see cref="FfmpegProcess.RunAsync"/>: of what is missing.</returns>
    /// <exception cref="Domain.RefusedException">As <see cref="IVideoEncoder"/> says.</exception>
    public static Task<string> ReadAsync(
        FfmpegProcess process,
        IEnumerable<string> input,
        IReadOnlyList<string> streams,
        Action<PacketTime> told,
        CancellationToken cancellationToken
    )
    {
        const string timeBase = "#tb ";
        var units = new double[streams.Count];
        return process.RunAsync(
            FfmpegProgram.Ffmpeg,
            [
                "-hide_banner",
                "-nostdin",
                "-nostats",
                "-v",
                "error",
                .. input,
                .. streams.SelectMany(stream => (string[])["-map", stream]),
                "-c",
                "copy",
                "-copyinkf",
                "-f",
                "framecrc",
                "pipe:1",
            ],
            line =>
            {
                if (line.StartsWith(timeBase, StringComparison.Ordinal))
                {
                    if (line[timeBase.Length..].Split(':') is [var number, var unit] && StreamIn(number, units.Length) is { } stream)
                        units[stream] = FfmpegText.Fraction(unit) ?? 0;
                }
                else if (
                    !line.StartsWith('#')
                    && line.Split(',') is { Length: > Duration } fields
                    && StreamIn(fields[0], units.Length) is { } of
                )
                {
                    var shown = TimeIn(fields[ShownAt]);
                    if ((shown ?? TimeIn(fields[DecodedAt])) is { } time)
                        told(
                            new PacketTime(
                                of,
                                time * units[of],
                                (time + (FfmpegText.Number(fields[Duration]) ?? 0)) * units[of],
                                IsKey(fields),
                                shown is not null
                            )
                        );
                }
            },
            cancellationToken
        );
    }

    private static int? StreamIn(string field, int streams) =>
        int.TryParse(field, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var stream) && stream < streams
            ? stream
            : null;

    private static double? TimeIn(string field) => FfmpegText.Number(field) is { } time and not Unknown ? time : null;

    private static bool IsKey(string[] fields)
    {
        const string flags = " F=0x";
        return !Array.Exists(
            fields,
            field =>
                field.StartsWith(flags, StringComparison.Ordinal)
                && int.TryParse(field.AsSpan(flags.Length), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
                && (set & 1) == 0
        );
    }
}

/// <param name="Stream">Its place among those that were asked for.</param>
/// <param name="From">In seconds from the beginning of the input.</param>
/// <param name="To">In seconds from the beginning of the input.</param>
/// <param name="IsKey">Decoding may begin with it, as the container says.</param>
/// <param name="IsTimed">The container says when it is shown, and not only when it is decoded.</param>
internal readonly record struct PacketTime(int Stream, double From, double To, bool IsKey, bool IsTimed);
