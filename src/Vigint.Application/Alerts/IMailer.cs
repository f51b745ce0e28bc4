using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>Hands mail to a mail server, or to a folder where there is none.</summary>
public interface IMailer
{
    /// <summary>Whether mail is only written into the outbox folder, because no mail server is set.</summary>
    bool IsOutbox { get; }

    /// <returns>With what the mail server answered, or the name of the file.</returns>
    Task<DeliveryOutcome> SendAsync(Mail mail, CancellationToken cancellationToken);
}

/// <summary>
/// A message in two forms that say the same. Every member is safe as it stands: texts encoded, header values of one line. Its date is
/// that of its sending.
/// </summary>
/// <param name="Html">Refers to the still as <c>cid:still</c>.</param>
/// <param name="Still">A JPEG; null without.</param>
/// <param name="MessageId">
/// Without angle brackets: the alert's id and a host. The same for every attempt, so that a reader who gets it twice sees one.
/// </param>
/// <param name="ThreadId">Without angle brackets: what mails of one camera and day have in common.</param>
public sealed record Mail(string To, string Subject, string Text, string Html, byte[]? Still, string MessageId, string ThreadId);
