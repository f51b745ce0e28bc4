using System.Net.Sockets;
using System.Security.Authentication;
using Vigint.Api.Settings;
using Vigint.Infrastructure;

namespace Vigint.Cli.Local;

/// <summary>Whether the mail server greets, encrypts and lets the account in. No mail is sent.</summary>
internal static class MailLook
{
    private const string Name = "email";
    private const int SubmissionPort = 587;
    private const int RelayPort = 25;

    public static async Task<Finding> LookAsync(SettingsReader read, CancellationToken cancellationToken)
    {
        if (read.Text("EMAIL_SMTP_SERVER") is not { } host)
            return new Finding(Name, FindingState.Attention, "no mail server is set; mail is written into data/outbox", "Set EMAIL_SMTP_SERVER and what belongs to it.");
        var user = read.Text("EMAIL_USERNAME");
        try
        {
            var encrypts = read.Choice("EMAIL_SMTP_SECURITY", [("starttls", true), ("none", false)], whenAbsent: user is not null);
            var port = read.Whole("EMAIL_SMTP_PORT", whenAbsent: encrypts ? SubmissionPort : RelayPort, min: 1, max: 65535);
            await using var server = await SmtpDialogue.OpenAsync(host, port, cancellationToken);
            if (encrypts)
                await server.EncryptAsync(host, cancellationToken);
            if (user is not null && read.Text("EMAIL_PASSWORD") is { } password)
                await server.LogInAsync(user, password, cancellationToken);
            return new Finding(Name, FindingState.Good, $"{host}:{port} {(user is null ? "greets" : "lets the account in")}{(encrypts ? ", encrypted" : "")}");
        }
        catch (StartUpException exception)
        {
            return new Finding(Name, FindingState.Bad, exception.Message);
        }
        catch (SmtpRefusedException refusal)
        {
            return new Finding(Name, FindingState.Bad, $"{host}: {refusal.Message}", "Check EMAIL_USERNAME, EMAIL_PASSWORD (often a password for apps is needed) and EMAIL_SMTP_SECURITY.");
        }
        catch (AuthenticationException exception)
        {
            return new Finding(Name, FindingState.Bad, $"{host}: no encryption comes about ({exception.Message})", "The name in EMAIL_SMTP_SERVER must be the one in the server's certificate.");
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return new Finding(Name, FindingState.Bad, $"{host}: {exception.Message}", "Check EMAIL_SMTP_SERVER and EMAIL_SMTP_PORT, and firewalls between here and there.");
        }
    }
}
