using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Alerts;
using Vigint.Domain.Clients;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>Mails in the outbox folder are found again by whom they are for.</summary>
public sealed class OutboxFolderTests
{
    private TemporaryFolder folder = null!;
    private MailSending sending = null!;

    private IReadOnlyList<string> Mails => folder.Files("data", "outbox");

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        sending = new MailSending(server: null, new FakeTimeProvider(TimeProvider.System.GetUtcNow()), folder.At("data", "outbox"));
    }

    [TearDown]
    public async Task Close()
    {
        await sending.DisposeAsync();
        folder.Dispose();
    }

    [TestCase("shop@example.org", "Shop@Example.ORG", TestName = "In_whatever_case")]
    [TestCase("shop@bücher.example", "shop@bücher.example", TestName = "With_a_domain_that_is_not_ASCII")]
    [TestCase("épicerie@bücher.example", "épicerie@bücher.example", TestName = "With_a_name_that_is_not_ASCII")]
    [TestCase(
        "the.shop.with.a.very.long.name.that.does.not.fit.into.one.line@a.very.long.domain.example.org",
        "the.shop.with.a.very.long.name.that.does.not.fit.into.one.line@a.very.long.domain.example.org",
        TestName = "Longer_than_a_line"
    )]
    public async Task Those_to_an_address_go(string written, string removed)
    {
        await WriteAsync("VIG-1", written);
        await WriteAsync("VIG-2", "other@example.org");

        var left = sending.Outbox.RemoveMailsTo(EmailAddress.Parse(removed), default);

        Assert.That((left, Mails), Is.EqualTo((0, new[] { "VIG-2.eml" })));
    }

    [Test]
    public async Task An_address_within_a_mail_is_not_whom_it_is_for()
    {
        await WriteAsync("VIG-1", "other@example.org", subject: "To: shop@example.org", text: "To: shop@example.org");

        sending.Outbox.RemoveMailsTo(EmailAddress.Parse("shop@example.org"), default);

        Assert.That(Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public void Where_no_mail_was_ever_written_there_is_none() =>
        Assert.That(sending.Outbox.RemoveMailsTo(EmailAddress.Parse("shop@example.org"), default), Is.Zero);

    private Task<string> WriteAsync(string alertId, string to, string subject = "High risk", string text = "A man takes a bottle.") =>
        sending
            .Mailer.SendAsync(
                new Mail(to, subject, text, $"<p>{text}</p>", Still: null, $"{alertId}@vigint.example", "thread@vigint.example"),
                default
            )
            .AnswerAsync();
}
