using System.Globalization;

namespace Vigint.Domain.Videos;

/// <summary>
/// When a private link ends. The text is part of what its token is made of, so it is kept character for character as it was
/// written, by this server or by the one before it.
/// </summary>
/// <param name="Text">ISO 8601; this server writes UTC without a zone and without a fraction: <c>2026-10-04T12:00:00</c>.</param>
/// <param name="Utc">The instant that the text means.</param>
public sealed record LinkExpiration(string Text, DateTimeOffset Utc)
{
    // What Python's isoformat writes, with the variations that hand-written metadata shows.
    private static readonly string[] ReadableForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd",
    ];

    /// <summary>Ends at this instant, rounded up to the whole second, for a link never lives shorter than was asked for.</summary>
    public static LinkExpiration At(DateTimeOffset instant)
    {
        var ticks = instant.UtcTicks;
        var rest = ticks % TimeSpan.TicksPerSecond;
        var utc = new DateTimeOffset(rest == 0 ? ticks : ticks - rest + TimeSpan.TicksPerSecond, TimeSpan.Zero);
        return new LinkExpiration(utc.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), utc);
    }

    /// <summary>Reads what an old server recorded. A text without a zone is UTC.</summary>
    /// <returns>Null when the text is no time.</returns>
    public static LinkExpiration? Read(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            ReadableForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var utc
        )
            ? new LinkExpiration(text!, utc)
            : null;

    /// <summary>The next one that this server could write: a second later.</summary>
    public LinkExpiration ASecondLater() => At(Utc.AddSeconds(1));

    public override string ToString() => Text;
}
