using System.Globalization;
using System.Net.Mail;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts;
using Vigint.Domain.Clients;

namespace Vigint.Infrastructure.Mails;

/// <summary>The mails that <see cref="OutboxMailer"/> has written, also when mail goes to a server by now.</summary>
internal sealed class OutboxFolder(MailOptions options, ILogger<OutboxFolder> logger) : IOutbox
{
    /// <summary>How the names of whole mails end.</summary>
    public const string Suffix = ".eml";

    private const string To = "To:";

    public int RemoveMailsTo(EmailAddress address, CancellationToken cancellationToken)
    {
        var left = 0;
        foreach (var path in Directory.Exists(options.OutboxFolder) ? Directory.GetFiles(options.OutboxFolder, $"*{Suffix}") : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            left += TryRemove(path, address) ? 0 : 1;
        }

        return left;
    }

    /// <returns>False when it is to the address, or may be, and is still there.</returns>
    private bool TryRemove(string path, EmailAddress address)
    {
        try
        {
            if (IsTo(path, address))
                File.Delete(path);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true; // its time was over meanwhile
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.MailStays(exception);
            return false;
        }
    }

    // The one recipient of each is in its head, on a line of its own or on the one after it.
    private static bool IsTo(string path, EmailAddress address)
    {
        var head = File.ReadLines(path)
            .TakeWhile(line => line.Length > 0)
            .SkipWhile(line => !line.StartsWith(To, StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (head.Count == 0)
            return false;
        var value = head.Skip(1).TakeWhile(line => line[0] is ' ' or '\t').Aggregate(head[0][To.Length..], (all, line) => all + line);
        return MailAddress.TryCreate(value.Trim(), out var to) && Folded(to) == Folded(new MailAddress(address.Text));
    }

    private static string Folded(MailAddress address) => $"{address.User}@{AsciiOf(address.Host)}".ToLowerInvariant();

    // In the head of a mail a domain stands in this form unless the mail needs a server that takes others.
    private static string AsciiOf(string host)
    {
        try
        {
            return new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            return host; // such as one with a part that is too long; mails to it are written as they are
        }
    }
}
