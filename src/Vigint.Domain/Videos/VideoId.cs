namespace Vigint.Domain.Videos;

/// <summary>Names a video. It is safe as part of a file name.</summary>
public sealed record VideoId
{
    /// <summary>Most characters that a new id may have (contract §3).</summary>
    public const int LongestNew = 128;

    // `video_` and `.json` around it stay below the 255 bytes that Linux file systems allow a name.
    private const int LongestStoredBytes = 240;

    private VideoId(string text) => Text = text;

    public string Text { get; }

    /// <summary>
    /// Reads the id of a video that is to be stored: 1–128 characters of <c>A–Z a–z 0–9 . _ -</c>, not beginning with a dot.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> for anything else.</exception>
    public static VideoId Parse(string? text)
    {
        if (text is null || text.Length is 0 or > LongestNew || text[0] == '.' || !text.All(IsAllowed))
            throw VideoRefusals.UnusableId();
        return new VideoId(text);
    }

    /// <summary>
    /// Reads the id of a video that may be stored already. The old server allowed more characters than are allowed today;
    /// whatever is a plain file name may name one of its videos.
    /// </summary>
    /// <returns>Null when no stored video can have that id.</returns>
    public static VideoId? OfStored(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAny('/', '\0'))
            return null;
        return System.Text.Encoding.UTF8.GetByteCount(text) <= LongestStoredBytes ? new VideoId(text) : null;
    }

    /// <summary>For logs and messages: an old server's id may hold what would break a line.</summary>
    public override string ToString() => Text.WithoutControls('?');

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
