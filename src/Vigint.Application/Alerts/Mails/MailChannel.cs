using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.Mails;

/// <summary>Alerts by mail.</summary>
internal sealed class MailChannel(MailWriter writer, IMailer mailer) : IAlertChannel
{
    public ChannelKind Kind => ChannelKind.Mail;

    public bool ShowsStill => true;

    public bool HasSettings => false;

    public Task<DeliveryOutcome> DeliverAsync(AlertNotice notice, ChannelTarget target, CancellationToken cancellationToken) =>
        mailer.SendAsync(writer.Write(notice, target.Address), cancellationToken);
}
