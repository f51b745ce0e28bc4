using System.Net;
using System.Net.Mail;
using System.Security;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Mails;

namespace Vigint.Api.Settings;

/// <summary>The settings of the mail (contract §1).</summary>
internal static class MailSettings
{
    private const int SubmissionPort = 587;
    private const int RelayPort = 25;
    private const int PortEncryptedFromTheStart = 465;

    private const string UsualName = "vigint";
    private const string UsualHost = "vigint.local";

    private enum Security
    {
        StartTls,
        None,
        Tls,
    }

    /// <param name="data">Where <c>outbox</c> is, absolute.</param>
    /// <param name="publicBaseUrl">Names the host that mail comes from when nothing else does; null when not known.</param>
    /// <exception cref="StartUpException">A value cannot be used.</exception>
    public static MailOptions Read(SettingsReader read, string data, string? publicBaseUrl, List<string> warnings)
    {
        var from = From(read, publicBaseUrl);
        var server = Server(read, warnings);
        if (server is not null && from.Address.StartsWith($"{UsualName}@", StringComparison.Ordinal) && read.Text("EMAIL_FROM") is null)
            warnings.Add($"EMAIL_FROM is not set; mail comes from {from.Address}, which many mail servers refuse.");
        return new MailOptions(from, server, Path.Combine(data, "outbox"));
    }

    /// <returns>Null when the operator has no address.</returns>
    /// <exception cref="StartUpException">It is no address.</exception>
    public static string? Recipient(SettingsReader read)
    {
        if (read.Text("EMAIL_TO") is not { } text)
            return null;
        try
        {
            return EmailAddress.Parse(text).Text;
        }
        catch (RefusedException refusal)
        {
            throw new StartUpException($"EMAIL_TO must be one mail address, such as shop@example.org, not '{text}'.", refusal);
        }
    }

    /// <exception cref="StartUpException">There is no such zone.</exception>
    public static TimeZoneInfo TimeZone(SettingsReader read)
    {
        if (read.Text("ALERT_TIME_ZONE") is not { } name)
            return TimeZoneInfo.Utc;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception exception)
            when (exception
                    is TimeZoneNotFoundException
                        or InvalidTimeZoneException
                        or SecurityException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            throw new StartUpException(
                $"ALERT_TIME_ZONE must be the name of a time zone, such as Europe/Paris, not '{name}' (they come with the package tzdata).",
                exception
            );
        }
    }

    /// <returns>Null for the words of the language.</returns>
    /// <exception cref="StartUpException">It is no line that can be shown.</exception>
    public static string? SubjectPrefix(SettingsReader read)
    {
        const int longest = MailTextOptions.LongestSubjectPrefix;
        if (read.Text("ALERT_SUBJECT_PREFIX") is not { } text)
            return null;
        return !text.Any(char.IsControl) && ShownText.Line(text, longest + 1) is { Length: > 0 and <= longest } line
            ? line
            : throw new StartUpException(
                $"ALERT_SUBJECT_PREFIX must be one line of 1 to {longest} characters, such as Vigint alert, not "
                    + $"'{ShownText.Line(text, 200)}'."
            );
    }

    private static SmtpOptions? Server(SettingsReader read, List<string> warnings)
    {
        var user = read.Text("EMAIL_USERNAME");
        var password = read.Text("EMAIL_PASSWORD");
        var security = SecurityOf(read, hasUser: user is not null);
        var port = read.Whole(
            "EMAIL_SMTP_PORT",
            whenAbsent: security == Security.StartTls ? SubmissionPort : RelayPort,
            min: 1,
            max: 65535
        );
        if (read.Text("EMAIL_SMTP_SERVER") is not { } host)
            return null;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            throw new StartUpException($"EMAIL_SMTP_SERVER must be the name of a host, such as smtp.example.org, not '{host}'.");

        if (port == PortEncryptedFromTheStart)
            warnings.Add(
                "EMAIL_SMTP_PORT is 465, where mail servers expect encryption from the first byte, which is not supported; use 587."
            );
        if (user is null != password is null)
            warnings.Add($"{(user is null ? "EMAIL_USERNAME" : "EMAIL_PASSWORD")} is not set; mail is sent without logging in.");
        var account = user is not null && password is not null ? new SmtpAccount(user, password) : null;
        if (account is not null && security == Security.None && !IsThisMachine(host))
            warnings.Add("EMAIL_SMTP_SECURITY is none; EMAIL_PASSWORD travels readable by others.");
        return new SmtpOptions(host, port, security == Security.StartTls, account);
    }

    private static Security SecurityOf(SettingsReader read, bool hasUser)
    {
        if (read.Text("EMAIL_SMTP_SECURITY") is null)
            return hasUser ? Security.StartTls : Security.None;
        return
            read.Choice("EMAIL_SMTP_SECURITY", [("starttls", Security.StartTls), ("none", Security.None), ("tls", Security.Tls)])
                is not Security.Tls
                    and var security
            ? security
            : throw new StartUpException(
                "EMAIL_SMTP_SECURITY cannot be 'tls', which is not supported; use starttls, for which mail servers have port 587."
            );
    }

    private static MailAddress From(SettingsReader read, string? publicBaseUrl)
    {
        if (read.Text("EMAIL_FROM") is { } own)
        {
            return MailAddress.TryCreate(own, out var address) && !own.Any(char.IsControl)
                ? address
                : throw new StartUpException(
                    $"EMAIL_FROM must be a mail address, such as alerts@example.org or Vigint <alerts@example.org>, not "
                        + $"'{ShownText.Line(own, 200)}'."
                );
        }

        if (read.Text("EMAIL_USERNAME") is { } user && MailAddress.TryCreate(user, out var account) && account.Address == user)
            return account;
        var host =
            publicBaseUrl is not null && Uri.CheckHostName(new Uri(publicBaseUrl).Host) == UriHostNameType.Dns
                ? new Uri(publicBaseUrl).Host
                : UsualHost;
        return new MailAddress($"{UsualName}@{host}");
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
