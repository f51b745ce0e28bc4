namespace Vigint.Api.Http;

/// <summary>By which a client calls its call, so that sending it again does nothing again.</summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";
}
