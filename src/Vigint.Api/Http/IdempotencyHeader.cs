namespace Vigint.Api.Http;

/// <summary>By which a client calls its call, so that sending it again does nothing again.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>For the API's document.</summary>
    public const string Words =
        "1 to 255 visible characters of ASCII, one for each call that is meant: within a day the same call under it is answered as "
        + "the first time.";
}
