using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.Infrastructure.Mails;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>Mail as the server sends it, to a real SMTP server.</summary>
public abstract class SmtpFixture
{
    protected FakeSmtp Smtp { get; private set; } = null!;

    protected FakeTimeProvider Clock { get; private set; } = null!;

    protected MailSending Sending { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        Smtp = new FakeSmtp();
        Clock = new FakeTimeProvider(A.Noon);
        Sending = MailSending.By(Smtp, Clock);
    }

    [TearDown]
    public async Task Close()
    {
        await Sending.DisposeAsync();
        await Smtp.DisposeAsync();
    }

    protected async Task UseAsync(SmtpOptions server)
    {
        await Sending.DisposeAsync();
        Sending = new MailSending(server, Clock);
    }

    protected Task<string> SendAsync(AlertNotice? notice = null, CancellationToken cancellationToken = default) =>
        TrySendAsync(notice, cancellationToken).AnswerAsync();

    protected Task<DeliveryOutcome> TrySendAsync(AlertNotice? notice = null, CancellationToken cancellationToken = default) =>
        Sending.Mailer.SendAsync(WrittenMail.Of(notice ?? A.Notice), cancellationToken);

    /// <summary>Sends what will not be taken.</summary>
    protected NotDelivered Refused() => TrySendAsync().FailureAsync().GetAwaiter().GetResult();
}
