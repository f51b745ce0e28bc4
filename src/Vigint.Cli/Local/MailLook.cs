using System.Net.Sockets;
using System.Security.Authentication;
using Vigint.Infrastructure.Mails;

namespace Vigint.Cli.Local;

/// <summary>Whether the mail server greets, encrypts and lets the account in. No mail is sent.</summary>
internal static class MailLook
{
    private const string Name = "email";

    /// <param name="recipient">Where alerts of the operator's own key go; null when that is not set.</param>
    public static async Task<Finding> LookAsync(SmtpOptions? options, string? recipient, CancellationToken cancellationToken)
    {
        if (options is not var (host, port, encrypts, account))
            return new Finding(
                Name,
                FindingState.Attention,
                "no mail server is set; mail is written into data/outbox",
                "Set EMAIL_SMTP_SERVER and what belongs to it."
            );
        try
        {
            await using var server = await SmtpDialogue.OpenAsync(host, port, cancellationToken);
            if (encrypts)
                await server.EncryptAsync(host, cancellationToken);
            if (account is not null)
                await server.LogInAsync(account.User, account.Password, cancellationToken);
            var text = $"{host}:{port} {(account is null ? "greets" : "lets the account in")}{(encrypts ? ", encrypted" : "")}";
            return recipient is not null
                ? new Finding(Name, FindingState.Good, text)
                : new Finding(
                    Name,
                    FindingState.Attention,
                    $"{text}; EMAIL_TO is not set, so alerts of the operator's own key are refused",
                    "Set EMAIL_TO, unless every alert is a client's."
                );
        }
        catch (SmtpRefusedException refusal)
        {
            return new Finding(
                Name,
                FindingState.Bad,
                $"{host}: {refusal.Message}",
                "Check EMAIL_USERNAME, EMAIL_PASSWORD (often a password for apps is needed) and EMAIL_SMTP_SECURITY."
            );
        }
        catch (AuthenticationException exception)
        {
            return new Finding(
                Name,
                FindingState.Bad,
                $"{host}: no encryption comes about ({exception.Message})",
                "The name in EMAIL_SMTP_SERVER must be the one in the server's certificate."
            );
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return new Finding(
                Name,
                FindingState.Bad,
                $"{host}: {exception.Message}",
                "Check EMAIL_SMTP_SERVER and EMAIL_SMTP_PORT, and firewalls between here and there."
            );
        }
    }
}
