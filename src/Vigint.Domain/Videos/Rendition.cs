namespace Vigint.Domain.Videos;

/// <summary>How far the making of a rendition is.</summary>
public enum RenditionState
{
    /// <summary>It is being made, or waits to be tried again.</summary>
    Preparing,

    /// <summary>Every browser plays the video: a form made of it, or the original itself.</summary>
    Ready,

    /// <summary>It cannot be made, and is not tried again.</summary>
    Failed,
}

/// <summary>
/// What is made of a video so that every browser plays it, beside the bytes as uploaded, which never change: a playable file and a still.
/// </summary>
public sealed record Rendition
{
    /// <summary>Times that the making is begun before it is given up.</summary>
    public const int MostAttempts = 5;

    // The first trouble is usually over in a minute; a full disk takes somebody to look at it.
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(12),
    ];

    /// <summary>What it is made of: that upload and no other of the id.</summary>
    public required VideoKey Of { get; init; }

    public required RenditionState State { get; init; }

    /// <summary>Why the making failed, or had to be put off, in plain words; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>How often the making was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>When one that is being prepared is begun again, should it not be ready by then.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>The playable file; 0 when there is none, because browsers play the original, or because it is not there yet.</summary>
    public long SizeBytes { get; init; }

    /// <summary>When the playable file was written, to the millisecond.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>The still, a JPEG; 0 when there is none.</summary>
    public long PosterBytes { get; init; }

    /// <summary>What it takes beside the original.</summary>
    public long StoredBytes => SizeBytes + PosterBytes;

    /// <summary>Notes, before anything is done, that it is being done: a video that ends the server again and again is given up.</summary>
    public static Rendition Begin(VideoKey video, Rendition? before, DateTimeOffset now)
    {
        var attempts = before?.Attempts ?? 0;
        return attempts < MostAttempts
            ? new Rendition
            {
                Of = video,
                State = RenditionState.Preparing,
                Attempts = attempts + 1,
                DueAt = now + Waits[attempts],
            }
            : new Rendition
            {
                Of = video,
                State = RenditionState.Failed,
                Attempts = attempts,
                Reason = before?.Reason ?? "It was begun several times and never came to an end",
            };
    }

    /// <summary>Something was in the way that may be gone later.</summary>
    public Rendition PutOff(string reason) =>
        this with
        {
            Reason = reason,
            State = Attempts < MostAttempts ? RenditionState.Preparing : RenditionState.Failed,
        };

    /// <summary>There is no room for it: that uses up no try for good, and it is tried again every two hours in the end.</summary>
    public Rendition WaitForRoom(string reason) => this with { Reason = reason, Attempts = Math.Min(Attempts, MostAttempts - 2) };

    /// <summary>The server was told to end; that is nobody's failure.</summary>
    public Rendition Interrupted(DateTimeOffset now) => this with { Attempts = Attempts - 1, DueAt = now };

    public Rendition Failed(string reason) => this with { Reason = reason, State = RenditionState.Failed };
}
