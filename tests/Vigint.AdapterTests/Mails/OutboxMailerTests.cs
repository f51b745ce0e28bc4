using Microsoft.Extensions.Time.Testing;
using MimeKit;
using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>Mail where there is no mail server: files.</summary>
public sealed class OutboxMailerTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Name = "VIG-20261004-250-HIGH-k3j9x2.eml";

    private TemporaryFolder folder = null!;
    private FakeTimeProvider clock = null!;
    private MailSending sending = null!;

    private string Outbox => folder.At("data", "outbox");

    [SetUp]
    public void Open()
    {
        folder = new TemporaryFolder();
        clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        sending = new MailSending(server: null, clock, Outbox);
    }

    [TearDown]
    public async Task Close()
    {
        await sending.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_mail_is_a_file_of_the_alerts_name()
    {
        var answer = await SendAsync();

        Assert.That((answer, sending.Mailer.IsOutbox, folder.Files("data", "outbox")), Is.EqualTo((Name, true, new[] { Name })));
    }

    [Test]
    public async Task The_file_is_the_mail_and_nothing_beside_it()
    {
        await SendAsync(A.Notice with { IncidentType = "vol à l’étalage" });

        var mail = await MimeMessage.LoadAsync(Path.Combine(Outbox, Name));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(mail.Subject, Does.StartWith("Vigint alert [HIGH]: vol à l’étalage"));
            Assert.That(mail.TextBody, Does.Contain(A.Notice.Clip!.Link));
            Assert.That(mail.HtmlBody, Does.Contain("</html>"));
            Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo(WrittenMail.Recipient));
            Assert.That(mail.Headers.Select(header => header.Field), Has.None.StartsWith("X-Sender").And.None.StartsWith("X-Receiver"));
        }
    }

    [Test]
    public async Task The_same_mail_again_is_not_there_twice()
    {
        await SendAsync();
        await SendAsync(A.Notice with { Repeats = 2 });

        Assert.That(folder.Files("data", "outbox"), Is.EqualTo(new[] { Name }));
        Assert.That((await MimeMessage.LoadAsync(Path.Combine(Outbox, Name))).Subject, Does.EndWith("(+2 since)"));
    }

    [Test]
    public async Task Nobody_but_the_owner_reads_it()
    {
        await SendAsync();

        Assert.That(
            (File.GetUnixFileMode(Outbox), File.GetUnixFileMode(Path.Combine(Outbox, Name))),
            Is.EqualTo((Owner | UnixFileMode.UserExecute, Owner))
        );
    }

    [Test]
    public async Task Mails_at_the_same_moment_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(at => SendAsync(A.Notice with { AlertId = $"VIG-{at}" })));

        Assert.That(folder.Files("data", "outbox"), Has.Count.EqualTo(20));
    }

    [Test]
    public async Task What_a_crash_left_is_gone_with_the_next_mail()
    {
        Directory.CreateDirectory(Path.Combine(Outbox, ".incoming"));
        await File.WriteAllTextAsync(Path.Combine(Outbox, ".incoming", "half.eml"), "From: a");

        await SendAsync();

        Assert.That(folder.Files("data", "outbox"), Is.EqualTo(new[] { Name }));
    }

    [Test]
    public async Task Mails_of_more_than_a_month_go_and_other_files_stay()
    {
        await SendAsync(A.Notice with { AlertId = "VIG-old" });
        await File.WriteAllTextAsync(Path.Combine(Outbox, "notes.txt"), "mine");
        clock.Advance(TimeSpan.FromDays(31));
        File.SetLastWriteTimeUtc(Path.Combine(Outbox, "VIG-old.eml"), clock.GetUtcNow().AddDays(-31).UtcDateTime);

        await SendAsync();

        Assert.That(folder.Files("data", "outbox"), Does.Contain("notes.txt").And.Not.Contain("VIG-old.eml"));
    }

    [TestCase(10)]
    [TestCase(-3)]
    public async Task No_mail_goes_because_the_clock_was_set(int hours)
    {
        var stepped = new SteppedClock(TimeProvider.System.GetUtcNow());
        var watch = A.Watch(stepped, new PlayedKernelClock { IsSynchronized = false });
        await using var other = new MailSending(server: null, stepped, Outbox, watch: watch);
        await SendAsync(A.Notice with { AlertId = "VIG-old" });
        File.SetLastWriteTimeUtc(Path.Combine(Outbox, "VIG-old.eml"), stepped.GetUtcNow().AddDays(-30).AddHours(1).UtcDateTime);

        stepped.Step(TimeSpan.FromHours(hours));
        await other.Mailer.SendAsync(WrittenMail.Of(A.Notice), CancellationToken.None).AnswerAsync();

        Assert.That(folder.Files("data", "outbox"), Is.EquivalentTo(new[] { "VIG-old.eml", Name }));
    }

    [Test]
    public async Task Of_more_than_a_thousand_mails_the_oldest_go()
    {
        Directory.CreateDirectory(Outbox);
        for (var at = 0; at < 1_005; at++)
        {
            var path = Path.Combine(Outbox, $"VIG-{at:0000}.eml");
            await File.WriteAllTextAsync(path, "");
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().AddHours(-1).AddSeconds(at).UtcDateTime);
        }

        await SendAsync();

        var left = folder.Files("data", "outbox");
        Assert.That(left, Has.Count.EqualTo(1_000).And.Contain(Name).And.Not.Contain("VIG-0005.eml").And.Contain("VIG-0006.eml"));
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_trouble_for_now()
    {
        Directory.CreateDirectory(folder.At("data"));
        await File.WriteAllTextAsync(Outbox, "a file where the folder should be");

        var refusal = await TrySendAsync().FailureAsync();

        Assert.That(
            (refusal.IsPermanent, refusal.Message, await sending.HealthAsync()),
            Is.EqualTo((false, "the outbox folder cannot be written", "down: the outbox folder cannot be written"))
        );
    }

    [Test]
    public async Task When_it_can_be_written_again_all_is_well()
    {
        Directory.CreateDirectory(folder.At("data"));
        await File.WriteAllTextAsync(Outbox, "a file where the folder should be");
        await TrySendAsync().FailureAsync();
        File.Delete(Outbox);

        await SendAsync();

        Assert.That(await sending.HealthAsync(), Is.EqualTo("outbox folder"));
    }

    private Task<string> SendAsync(AlertNotice? notice = null) => TrySendAsync(notice).AnswerAsync();

    private Task<DeliveryOutcome> TrySendAsync(AlertNotice? notice = null) =>
        sending.Mailer.SendAsync(WrittenMail.Of(notice ?? A.Notice), CancellationToken.None);
}
