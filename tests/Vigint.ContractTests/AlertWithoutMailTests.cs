using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7, alert, on a server on which no mail is configured.</summary>
[OwnServer("its settings")]
public sealed class AlertWithoutMailTests
{
    [Test]
    public async Task Who_has_no_address_is_refused()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());

        var answer = await api.RaiseAsync("Something.");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "Client email address not configured")));
    }

    [Test]
    public async Task Without_a_mail_server_the_mail_is_in_the_outbox_and_the_answer_says_so()
    {
        await using var server = new VigintServer(settings: ("EMAIL_TO", "operator@example.org"));
        using var api = new VideoApi(server.NewClient());

        var answer = await api.RaiseAsync("Something.", new JsonObject { ["video_data"] = Convert.ToBase64String(Clips.Fake()) });

        Assert.That(
            (
                answer.Status,
                answer.Member("success")!.GetValue<bool>(),
                answer.Text("status"),
                answer.Inner("email_delivery", "delivery_status"),
                answer.Inner("email_delivery", "success")
            ),
            Is.EqualTo((200, true, "outbox", "outbox", "true"))
        );
        Assert.That(server.Folder.Files("data", "outbox"), Is.EqualTo(new[] { $"{answer.Text("alert_id")}.eml" }));
        Assert.That((await api.ShowAlertAsync(answer.Text("alert_id"))).Text("state"), Is.EqualTo("outbox"));
    }

    [Test]
    public async Task A_mail_that_is_sent_again_or_asked_about_again_is_in_the_outbox_too()
    {
        await using var server = new VigintServer(settings: ("EMAIL_TO", "operator@example.org"));
        using var api = new VideoApi(server.NewClient());
        var first = await api.RaiseAsync("Something.", null, ("Idempotency-Key", "one"));

        var replayed = await api.RaiseAsync("Something.", null, ("Idempotency-Key", "one"));
        var resent = await api.PostAsync($"{AlertCalls.Alerts}/{first.Text("alert_id")}/resend", "");

        Assert.That(replayed.BodyText, Is.EqualTo(first.BodyText));
        Assert.That(
            (
                resent.Status,
                resent.Member("success")!.GetValue<bool>(),
                resent.Text("status"),
                resent.Inner("email_delivery", "delivery_status")
            ),
            Is.EqualTo((200, true, "outbox", "outbox"))
        );
    }
}
