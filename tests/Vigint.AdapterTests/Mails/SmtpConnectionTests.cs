using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Mails;

/// <summary>Connections that send more than one mail.</summary>
public sealed class SmtpConnectionTests : SmtpFixture
{
    [Test]
    public async Task The_next_mail_goes_by_the_same_connection()
    {
        await SendAsync();
        await SendAsync();

        Assert.That((Smtp.Mails.Count, Smtp.Connections), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_connection_that_nobody_needs_is_closed_after_some_seconds()
    {
        await SendAsync();

        Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Smtp.OpenConnections == 0)), Is.True);
        Assert.That(Smtp.Commands[^1], Is.EqualTo("QUIT"));
    }

    [Test]
    public async Task A_mail_is_sent_after_the_server_closed_the_idle_connection()
    {
        await SendAsync();
        await Smtp.DropAllAsync();

        await SendAsync();

        Assert.That((Smtp.Mails.Count, Smtp.Connections), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_mail_is_sent_after_the_server_said_good_bye_to_the_idle_connection()
    {
        await SendAsync();
        Smtp.Answers(SmtpStep.Sender, "421 4.4.2 Idle for too long");

        await SendAsync();

        Assert.That((Smtp.Mails.Count, Smtp.Connections), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_mail_whose_answer_was_lost_is_not_sent_again_by_itself()
    {
        await SendAsync();
        Smtp.Drops(SmtpStep.Body);

        Refused();

        Assert.That((Smtp.Mails.Count, Smtp.Connections), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task A_new_connection_that_ends_is_not_tried_again_by_itself()
    {
        Smtp.Drops(SmtpStep.Sender);

        Refused();

        Assert.That(Smtp.Connections, Is.EqualTo(1));
        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Smtp.OpenConnections == 0)), Is.True);
    }

    [Test]
    public async Task After_a_refusal_the_next_mail_is_sent()
    {
        Smtp.Answers(SmtpStep.Recipient, "550 5.1.1 No such user");
        Refused();

        await SendAsync();

        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Mails_go_side_by_side_and_no_more_than_a_handful()
    {
        var gate = Smtp.Holds(SmtpStep.Body);
        var sendings = Enumerable.Range(0, 12).Select(at => SendAsync($"shop-{at % 3}@example.org", $"VIG-{at}")).ToArray();
        await Eventually.RequireAsync("four are at it", () => Task.FromResult(gate.Count == 4));
        var connections = Smtp.OpenConnections;

        gate.Open();
        await Task.WhenAll(sendings);

        Assert.That(
            (connections, Smtp.Connections, Smtp.Mails.Select(mail => mail.Read().MessageId).Distinct().Count()),
            Is.EqualTo((4, 4, 12))
        );
    }

    [Test]
    public async Task A_recipient_whose_mails_hang_leaves_connections_to_others()
    {
        var gate = Smtp.Holds(SmtpStep.Body);
        var hanging = Enumerable.Range(0, 6).Select(at => SendAsync("slow@example.org", $"VIG-{at}")).ToArray();
        await Eventually.RequireAsync("two are at it", () => Task.FromResult(gate.Count == 2));

        var other = SendAsync("fine@example.org", "VIG-9");

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(gate.Count == 3)), Is.True);
        gate.Open();
        await Task.WhenAll([.. hanging, other]);
        Assert.That(Smtp.Mails, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_mail_that_got_no_connection_in_time_was_not_tried_and_says_nothing_of_the_server()
    {
        var gate = Smtp.Holds(SmtpStep.Body);
        var hanging = Enumerable.Range(0, 2).Select(at => SendAsync("slow@example.org", $"VIG-{at}")).ToArray();
        await Eventually.RequireAsync("both are at it", () => Task.FromResult(gate.Count == 2));
        var third = TrySendAsync("slow@example.org", "VIG-2");

        Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.That(await third, Is.TypeOf<DeliveryOutcome.NoTurn>());
        Assert.That((await Sending.HealthAsync(), gate.Count), Is.EqualTo(("not tried yet", 2)));
        gate.Open();
        await Task.WhenAll(hanging);
        Assert.That(await SendAsync("slow@example.org", "VIG-2"), Does.StartWith("250"));
    }

    [Test]
    public async Task When_the_server_stops_its_connections_are_closed()
    {
        await SendAsync();

        await Sending.DisposeAsync();

        Assert.That(await Eventually.ComesAsync(() => Task.FromResult(Smtp.OpenConnections == 0)), Is.True);
    }

    private Task<string> SendAsync(string to, string alertId) => TrySendAsync(to, alertId).AnswerAsync();

    private Task<DeliveryOutcome> TrySendAsync(string to, string alertId) =>
        Sending.Mailer.SendAsync(WrittenMail.Of(A.Notice with { AlertId = alertId }) with { To = to }, default);
}
