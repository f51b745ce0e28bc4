using System.Net.Mail;
using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;

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

    public async Task<DeliveryOutcome> SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var connection = await TakeConnectionAsync(mail.To, cancellationToken);
        if (connection is null)
            return new DeliveryOutcome.NoTurn();
        using var limit = new CancellationTokenSource(Longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (await TrySendAsync(mail, connection, either.Token) is { } outcome)
                return outcome;

            // A new one is not closed before it was used.
            connection.Renew();
            return await TrySendAsync(mail, connection, either.Token) ?? Failed(SmtpFailure.TookTooLong(Longest));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(SmtpFailure.TookTooLong(Longest));
        }
    }

    public void Dispose() => connections.Dispose();

    /// <returns>Null when other mails take them all for so long.</returns>
    private async Task<SmtpConnection?> TakeConnectionAsync(string to, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectionWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await connections.TakeAsync(to, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>Null when the connection had been closed since it last sent, so that nothing of the mail was taken.</returns>
    private async Task<DeliveryOutcome?> TrySendAsync(Mail mail, SmtpConnection connection, CancellationToken cancellationToken)
    {
        using var mime = new MimeMail(mail, options.From);
        try
        {
            await connection.SendAsync(mime, cancellationToken);
            health.WentWell();

            // System.Net.Mail keeps the words, and lets only 250 pass.
            return new DeliveryOutcome.Delivered($"250 accepted by {server.Host}");
        }
        catch (Exception exception) when (SmtpFailure.Is(exception))
        {
            var failure = SmtpFailure.Of(exception);
            if (connection.WasUsed && !mime.WasBegun && failure.IsAway)
                return null;

            var isPastGreeting = connection.WasUsed || mime.WasBegun || exception is SmtpFailedRecipientException;
            if (
                failure.Trouble is null
                && SmtpFailure.IsRefusal(exception)
                && !isPastGreeting
                && !await SmtpGreeting.IsWelcomeAsync(server, cancellationToken)
            )
                failure = failure.OfEverybody();
            return Failed(failure);
        }
    }

    private DeliveryOutcome Failed(SmtpFailure failure)
    {
        if (failure.Trouble is null)
            health.WentWell();
        else
            health.WentWrong(failure.Trouble);
        return failure.RefusesForGood ? new DeliveryOutcome.GiveUp(failure.Reason) : new DeliveryOutcome.TryLater(failure.Reason);
    }
}
