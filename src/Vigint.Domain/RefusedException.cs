namespace Vigint.Domain;

/// <summary>Why a call is refused, in terms a caller can act on. The wire's status codes are the API's business.</summary>
public enum Refusal
{
    /// <summary>The input cannot be used as it is.</summary>
    Invalid,

    /// <summary>No key, or no link token, came with the call.</summary>
    KeyMissing,

    /// <summary>A key came, and it is not one that is accepted.</summary>
    KeyWrong,

    /// <summary>What was presented is understood and does not open this door: a wrong upload key, a wrong or ended link.</summary>
    Forbidden,

    /// <summary>There is no such thing, or none that this caller may know of.</summary>
    NotFound,

    /// <summary>The address is known, the method is not.</summary>
    MethodNotAllowed,

    /// <summary>It belongs to somebody else, or another call changed it first.</summary>
    Conflict,

    /// <summary>The body stopped coming, or came too slowly.</summary>
    TooSlow,

    /// <summary>Larger than this server takes.</summary>
    TooLarge,

    /// <summary>The content is not a video, or where a picture is wanted no picture.</summary>
    NotAVideo,

    /// <summary>The body is packed in a way that this server does not know.</summary>
    UnknownEncoding,

    /// <summary>Well formed, and contradicting itself: a hash that is not the file's.</summary>
    Contradiction,

    /// <summary>
    /// Well formed, and more than this server does for one call: too much to decode, too long, a size that cannot be reached.
    /// </summary>
    TooDemanding,

    /// <summary>The server's own mistake; only ever made of an exception that was no refusal.</summary>
    Fault,

    /// <summary>Something that the server stands on is away; trying again later helps.</summary>
    Unavailable,

    /// <summary>More calls than are allowed; trying again later helps.</summary>
    TooMany,

    /// <summary>It was there in the services that this server replaces, and is not here.</summary>
    Gone,

    /// <summary>What the server asked elsewhere was answered in a way that nothing can be made of.</summary>
    BadGateway,

    /// <summary>What the server asked elsewhere was not answered in time.</summary>
    GatewayTimeout,

    /// <summary>The disk, the quota or what a client may use of it is full.</summary>
    NoRoom,
}

/// <summary>A call is refused for a reason that its caller can understand and act on. Everything else is a fault.</summary>
/// <param name="refusal">The kind; decides the status on the wire.</param>
/// <param name="code">What it is, for programs: in snake case, stable, and the name of its page under <c>/problems/</c>.</param>
/// <param name="error">What is wrong: the contract's sentence, which old clients compare.</param>
/// <param name="advice">What to do about it; null when the sentence says that already.</param>
public sealed class RefusedException(Refusal refusal, string code, string error, string? advice = null) : Exception(error)
{
    public string Code { get; } = code;

    public Refusal Refusal { get; } = refusal;

    /// <summary>What to do about it; null when the message says that already.</summary>
    public string? Advice { get; } = advice;

    /// <summary>What is wrong and what to do about it, in one text.</summary>
    public string Detail { get; } = advice is null ? error : $"{error}. {advice}";

    /// <summary>Numbers that belong to the refusal, by their name on the wire; bytes unless the name says otherwise.</summary>
    public IReadOnlyDictionary<string, long> Figures { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether it may have come from outside of what was sent: a busy machine, a process that was killed.</summary>
    public bool MayPass { get; init; }

    /// <summary>When trying again may help; null when it will not, or nobody can tell.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
