using Vigint.Domain;

namespace Vigint.Application.Idempotency;

/// <summary>Every sentence with which a repeated call is refused. They hold no digits, as those of an upload.</summary>
public static class IdempotencyRefusals
{
    public static RefusedException UnusableKey(int longest) =>
        new(
            Refusal.Invalid,
            "idempotency_key_invalid",
            "Idempotency-Key cannot be used: it must be visible characters of ASCII, without spaces, and not be too long"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_characters"] = longest },
        };

    public static RefusedException AnotherBody() =>
        new(
            Refusal.Contradiction,
            "idempotency_key_reused",
            "Idempotency-Key came before with another body",
            "Nothing was done; send a new key with a new call, and the same body with the same key"
        );

    public static RefusedException IsUnderWay(TimeSpan wait) =>
        new(
            Refusal.Conflict,
            "idempotency_key_in_use",
            "A call with this Idempotency-Key is being answered at this moment",
            "Send it again after the time in Retry-After"
        )
        {
            RetryAfter = wait,
        };
}
