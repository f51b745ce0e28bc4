using System.Net.Mail;
using Vigint.Application.Alerts;

namespace Vigint.Infrastructure.Mails;

/// <summary>Hands mail to the mail server, over a connection that has sent before where there is one.</summary>
internal sealed class SmtpMailer(MailOptions options, SmtpOptions server, MailHealth health, TimeProvider clock) : IMailer, IDisposable
{
    // Some servers look at a mail for half a minute before they accept it; who goes away earlier is sent it twice.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    // Until then other mails take their time. What waited in vain is nobody's failure.
    private static readonly TimeSpan ConnectionWithin = TimeSpan.FromSeconds(20);

    private readonly SmtpConnections connections = new(server, clock);

    public bool IsOutbox => false;

    public async Task<string> SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var connection = await TakeConnectionAsync(mail.To, cancellationToken);
        using var limit = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (!await TrySendAsync(mail, connection, either.Token))
            {
                connection.Renew();
                await TrySendAsync(mail, connection, either.Token);
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw AsNotDelivered(SmtpFailure.TookTooLong(Longest), exception);
        }

        health.WentWell();
        return $"250 accepted by {server.Host}"; // the framework keeps the words, and lets nothing pass but 250
    }

    public void Dispose() => connections.Dispose();

    private async Task<SmtpConnection> TakeConnectionAsync(string to, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectionWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await connections.TakeAsync(to, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NotTriedException("All connections to the mail server are taken by other mails", exception);
        }
    }

    /// <returns>False when the connection had been closed since it last sent, so that nothing of the mail was taken.</returns>
    private async Task<bool> TrySendAsync(Mail mail, SmtpConnection connection, CancellationToken cancellationToken)
    {
        using var mime = new MimeMail(mail, options.From);
        try
        {
            await connection.SendAsync(mime, cancellationToken);
            return true;
        }
        catch (Exception exception) when (SmtpFailure.Is(exception))
        {
            var failure = SmtpFailure.Of(exception);
            if (connection.WasUsed && !mime.WasBegun && failure.IsAway)
                return false;

            var isPastGreeting = connection.WasUsed || mime.WasBegun || exception is SmtpFailedRecipientException;
            if (
                failure.Trouble is null
                && SmtpFailure.IsRefusal(exception)
                && !isPastGreeting
                && !await SmtpGreeting.IsWelcomeAsync(server, cancellationToken)
            )
                failure = failure.OfEverybody();
            throw AsNotDelivered(failure, exception);
        }
    }

    private NotDeliveredException AsNotDelivered(SmtpFailure failure, Exception cause)
    {
        if (failure.Trouble is null)
            health.WentWell();
        else
            health.WentWrong(failure.Trouble);
        return new NotDeliveredException(failure.Reason, failure.RefusesForGood, cause);
    }
}
