namespace Vigint.Domain.Videos;

/// <summary>
/// A stored video and how long its private links work. Immutable: a change is a new value, so that the old one can be put back.
/// </summary>
public sealed record Video
{
    /// <summary>Owner of what was uploaded with the operator's keys, and of what was taken in from an old server.</summary>
    public const string OperatorOwner = "operator";

    /// <summary>Most strings that extensions may lead to: every open compares them all, and each change writes them all.</summary>
    public const int MostLinkTexts = 1000;

    public required VideoId Id { get; init; }

    /// <summary>Random identifier of the client whose video it is, never given twice; or <see cref="OperatorOwner"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>Names this upload among all that had the same id; a guarded write or delete compares it.</summary>
    public required string Revision { get; init; }

    /// <summary>Counts the changes since the upload, so that a sidecar newer than its record is recognised.</summary>
    public int Version { get; init; }

    /// <summary>When every link of the video ends.</summary>
    public required LinkExpiration Expiration { get; init; }

    /// <summary>
    /// Every string that a working token may be made of: the recorded expiration first, then earlier ones and those that clients
    /// wrote into the metadata, each as it was written.
    /// </summary>
    public required IReadOnlyList<string> LinkTexts { get; init; }

    /// <summary>The hours that the upload asked for; null for a video of an old server, which did not record them.</summary>
    public double? ExpirationHours { get; init; }

    public required DateTimeOffset UploadedAt { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>
    /// SHA-256 of the bytes as uploaded, 64 lower-case hex digits; null for a video of an old server, whose bytes were not hashed.
    /// </summary>
    public string? Sha256 { get; init; }

    public required MediaFacts Media { get; init; }

    /// <summary>The file name that the client gave; null when it gave none.</summary>
    public string? FileName
    {
        get;
        // Earlier versions kept whole paths.
        init => field = FileNames.LastSegment(value);
    }

    /// <summary>The client's metadata, a JSON object, as it came.</summary>
    public required string Metadata { get; init; }

    public VideoKey Key => new(Id, Revision);

    /// <summary>Equal as long as nothing has changed.</summary>
    public VideoStamp Stamp => new(Id, Owner, Revision, Version, Expiration.Text, UploadedAt, SizeBytes);

    public bool HasEnded(DateTimeOffset now) => Expiration.Utc <= now;

    /// <summary>
    /// Adds hours to what the link has left; a link that has ended starts again from now. Links given out before stay valid until
    /// the new expiration, for old clients never read the new link.
    /// </summary>
    /// <param name="longestHours">Longest life of a link, counted from now.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Invalid"/> when it would outlive <paramref name="longestHours"/>;
    /// <see cref="Refusal.Conflict"/> as <see cref="WithExpiration"/> throws it.
    /// </exception>
    public Video ExtendLink(double hours, double longestHours, DateTimeOffset now)
    {
        var life = Math.Max(0, (Expiration.Utc - now).TotalHours) + hours;
        if (!(life <= longestHours))
            throw VideoRefusals.LifeTooLong();
        return WithExpiration(LinkExpiration.At(now.AddHours(life)));
    }

    /// <summary>Lets its links work for so many hours from now at least; where they work for longer, that stays.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.Conflict"/> as <see cref="WithExpiration"/> throws it.</exception>
    public Video KeepLinkFor(double hours, DateTimeOffset now) =>
        Expiration.Utc >= now.AddHours(hours) ? this : WithExpiration(LinkExpiration.At(now.AddHours(hours)));

    /// <summary>The same video with another expiration; the strings of earlier ones keep opening it.</summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Conflict"/> when it has <see cref="MostLinkTexts"/>: none may be dropped, for its link was given out.
    /// </exception>
    public Video WithExpiration(LinkExpiration expiration)
    {
        var others = LinkTexts.Where(text => text != expiration.Text).ToList();
        if (others.Count >= MostLinkTexts)
            throw VideoRefusals.ExtendedTooOften(MostLinkTexts);
        return this with { Expiration = expiration, LinkTexts = [expiration.Text, .. others] };
    }

    /// <summary>Lets a token made of this string open the video too.</summary>
    public Video AlsoOpenedBy(string linkText) => LinkTexts.Contains(linkText) ? this : this with { LinkTexts = [.. LinkTexts, linkText] };

    /// <summary>The link that is handed out.</summary>
    public AccessToken Token(string key) => AccessToken.For(Id, Expiration.Text, key);
}

/// <summary>Tells whether two views of a video, one in the folder and one in the index, are of the same state of it.</summary>
public sealed record VideoStamp(
    VideoId Id,
    string Owner,
    string Revision,
    int Version,
    string ExpirationText,
    DateTimeOffset UploadedAt,
    long SizeBytes
)
{
    public VideoKey Key => new(Id, Revision);
}

/// <summary>One upload among all that had the id.</summary>
public sealed record VideoKey(VideoId Id, string Revision);
