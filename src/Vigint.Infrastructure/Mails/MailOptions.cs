using System.Net.Mail;

namespace Vigint.Infrastructure.Mails;

/// <summary>How mail leaves the server (contract §1).</summary>
/// <param name="From"><c>EMAIL_FROM</c>, with the name that it may have.</param>
/// <param name="Server">Null without <c>EMAIL_SMTP_SERVER</c>: mail is written into the outbox folder.</param>
/// <param name="OutboxFolder">Absolute.</param>
public sealed record MailOptions(MailAddress From, SmtpOptions? Server, string OutboxFolder);

/// <param name="UsesTls">Whether STARTTLS is insisted upon.</param>
/// <param name="Account">Null: nobody logs in.</param>
public sealed record SmtpOptions(string Host, int Port, bool UsesTls, SmtpAccount? Account);

public sealed record SmtpAccount(string User, string Password)
{
    // The password is nobody's business, not even the log's.
    public override string ToString() => User;
}
