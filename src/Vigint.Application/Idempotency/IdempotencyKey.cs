using Vigint.Domain;

namespace Vigint.Application.Idempotency;

/// <summary>What a client calls one of its calls by, so that sending it again does nothing again (header <c>Idempotency-Key</c>).</summary>
public sealed record IdempotencyKey
{
    private const int Longest = 255;

    private IdempotencyKey(string text) => Text = text;

    public string Text { get; }

    /// <returns>Null when there is none.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when it is not 1 to 255 visible characters of ASCII.</exception>
    public static IdempotencyKey? Of(string? header)
    {
        if (header is null)
            return null;
        return header.Length is > 0 and <= Longest && header.All(one => one is > ' ' and <= '~')
            ? new IdempotencyKey(header)
            : throw IdempotencyRefusals.UnusableKey(Longest);
    }
}
