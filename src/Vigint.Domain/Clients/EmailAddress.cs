using System.Net.Mail;

namespace Vigint.Domain.Clients;

/// <summary>An address that mail can be sent to; nothing beside it, such as a name or a line break.</summary>
public sealed record EmailAddress
{
    // RFC 5321 §4.5.3.1.3, without the angle brackets.
    private const int Longest = 254;

    private EmailAddress(string text) => Text = text;

    public string Text { get; }

    /// <summary>Equal for addresses that differ in case only.</summary>
    public string Folded => Text.ToLowerInvariant();

    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when it is none.</exception>
    public static EmailAddress Parse(string text)
    {
        var trimmed = text.Trim();
        return
            trimmed.Length <= Longest
            && !trimmed.Any(char.IsControl)
            && MailAddress.TryCreate(trimmed, out var read)
            && read.Address == trimmed
            ? new EmailAddress(trimmed)
            : throw ClientRefusals.UnusableEmail();
    }

    /// <summary>Reads one that was accepted before.</summary>
    public static EmailAddress OfStored(string text) => new(text);

    public override string ToString() => Text;
}
