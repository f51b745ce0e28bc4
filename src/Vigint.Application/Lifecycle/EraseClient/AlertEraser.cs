using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle.EraseClient;

/// <summary>A client's alerts, the ways by which they go, and mails that nobody has sent.</summary>
internal sealed class AlertEraser(IAlertRecords alerts, IChannelRecords channels, AlertSender sending, IMailer mailer, IOutbox outbox)
{
    /// <returns>How many alerts went, and how many mails could not.</returns>
    public async Task<(int Erased, int MailsLeft)> EraseAsync(Client client, CancellationToken cancellationToken)
    {
        var erased = await Batches.DoAllAsync(Batches.OfAlerts, most => alerts.ForgetOfAsync(client.Owner, most, cancellationToken));
        await channels.RemoveAsync(client.Owner, cancellationToken);

        // One that was begun before may not be there yet.
        if (mailer.IsOutbox)
            await sending.UnderWayAsync(cancellationToken);
        return (erased, outbox.RemoveMailsTo(client.Email, cancellationToken));
    }
}
