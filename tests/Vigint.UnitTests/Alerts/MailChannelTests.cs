using Moq;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

public sealed class MailChannelTests
{
    [Test]
    public async Task The_mail_of_an_alert_goes_to_the_target_and_the_answer_is_the_mailers()
    {
        var mailer = new Mock<IMailer>(MockBehavior.Strict);
        mailer
            .Setup(one =>
                one.SendAsync(
                    It.Is<Mail>(mail => mail.To == "owner@example.org" && mail.MessageId.StartsWith(A.Notice.AlertId)),
                    CancellationToken.None
                )
            )
            .ReturnsAsync(new DeliveryOutcome.Delivered("250 accepted"));
        var channel = new MailChannel(
            new MailWriter(new MailTextOptions(Language.English, TimeZoneInfo.Utc, "vigint.example")),
            mailer.Object
        );

        var answer = await channel.DeliverAsync(A.Notice, new ChannelTarget("owner@example.org", null), CancellationToken.None);

        Assert.That((answer, channel.Kind), Is.EqualTo(((DeliveryOutcome)new DeliveryOutcome.Delivered("250 accepted"), ChannelKind.Mail)));
    }
}
