using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7 and §8: webhooks and ntfy beside the mail.</summary>
[OwnServer("its clients are counted and listed")]
public sealed class AlertChannelTests : AdminFixture
{
    private const string NoSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly FakeSmtp smtp = new();
    private FakeReceiver receiver = null!;
    private int told;

    protected override VigintServer NewServer() => new(Clock, settings: [.. smtp.Settings, ("ALERT_PRIVATE_ADDRESSES", "true")]);

    [OneTimeSetUp]
    public async Task StartReceiver() => receiver = await FakeReceiver.StartAsync();

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        await receiver.DisposeAsync();
        await smtp.DisposeAsync();
    }

    [Test]
    public async Task An_alert_goes_to_each_of_them_beside_the_mail()
    {
        var (client, api) = await NewClientAsync(webhooks: ["one", "two"], topics: ["topic-a"]);
        using var _ = api;

        var id = (await api.RaiseAsync(NewText())).Text("alert_id");

        var deliveries = await DeliveriesAsync(api, id, until: all => all.All(one => one["state"]!.GetValue<string>() == "delivered"));
        Assert.That(
            deliveries.Select(one => (one["channel"]!.GetValue<string>(), one["attempts"]!.AsArray().Count)),
            Is.EquivalentTo(new[] { ("mail", 1), ("webhook", 1), ("webhook", 1), ("ntfy", 1) })
        );
        Assert.That(
            receiver.Messages.Where(one => one.Body.Contains(id, StringComparison.Ordinal)).Select(one => one.Call),
            Is.EquivalentTo(new[] { $"POST /{client.Id}/one", $"POST /{client.Id}/two" })
        );
    }

    [Test]
    public async Task One_that_fails_holds_up_neither_the_mail_nor_the_others()
    {
        var (_, api) = await NewClientAsync(webhooks: ["fails"], topics: []);
        using var own = api;
        receiver.Answers(500);

        var answer = await api.RaiseAsync(NewText());

        Assert.That((answer.Status, answer.Text("status")), Is.EqualTo((200, "delivered")));
        var webhook = (
            await DeliveriesAsync(
                api,
                answer.Text("alert_id"),
                all => all.Any(one => one["attempts"]!.AsArray().Count == 1 && IsOf(one, "webhook"))
            )
        ).Single(one => IsOf(one, "webhook"));
        Assert.That(
            (webhook["state"]!.GetValue<string>(), webhook["attempts"]![0]!["answer"]!.GetValue<string>()),
            Is.EqualTo(("queued", "HTTP 500"))
        );
        Assert.That(webhook["to"]!.GetValue<string>(), Is.EqualTo(receiver.Address), "what follows the host is a secret to many");
    }

    [Test]
    public async Task A_host_that_does_not_answer_holds_up_no_other_client()
    {
        await using var dead = await FakeReceiver.StartAsync(hangs: true);
        var (_, unlucky) = await NewClientAsync(dead.Address, webhooks: ["1", "2", "3", "4", "5"]);
        var (_, sharing) = await NewClientAsync(dead.Address, webhooks: ["1", "2", "3", "4", "5"]);
        var (_, api) = await NewClientAsync(webhooks: ["fine"], topics: []);
        using var _ = unlucky;
        using var __ = sharing;
        using var own = api;
        foreach (var caller in new[] { unlucky, sharing })
            await caller.RaiseAsync(NewText());
        await Eventually.RequireAsync("the host was tried", () => Task.FromResult(dead.Messages.Count > 0));

        var id = (await api.RaiseAsync(NewText())).Text("alert_id");

        await DeliveriesAsync(api, id, all => all.All(one => one["state"]!.GetValue<string>() == "delivered"));
        Assert.That(dead.Messages, Has.Count.LessThanOrEqualTo(2));
        dead.Open();
        await Eventually.RequireAsync("the others follow", () => Task.FromResult(dead.Messages.Count == 10));
    }

    [Test]
    public async Task One_that_was_taken_away_is_not_tried_again()
    {
        var (client, api) = await NewClientAsync(webhooks: ["leaves"], topics: []);
        using var own = api;
        receiver.Answers(503);
        var id = (await api.RaiseAsync(NewText())).Text("alert_id");
        await DeliveriesAsync(api, id, all => all.Any(one => IsOf(one, "webhook") && one["attempts"]!.AsArray().Count == 1));

        await Admin.PutAsync(Channels(client.Id), "{}");
        Clock.Advance(TimeSpan.FromSeconds(10));

        var webhook = (
            await DeliveriesAsync(api, id, all => all.Any(one => IsOf(one, "webhook") && one["state"]!.GetValue<string>() == "failed"))
        ).Single(one => IsOf(one, "webhook"));
        Assert.That(webhook["attempts"]!.AsArray().Last()!["answer"]!.GetValue<string>(), Is.EqualTo("It was taken away"));
    }

    [Test]
    public async Task Secrets_are_shown_once_and_kept()
    {
        var client = await Admin.AddClientAsync();
        const string body = """{"webhooks":[{"url":"https://example.org/hook"}],"ntfy":[{"url":"https://ntfy.sh/shop","token":"tk_1"}]}""";

        var first = await Admin.PutAsync(Channels(client.Id), body);
        var again = await Admin.PutAsync(Channels(client.Id), body);
        var shown = await Admin.GetAsync(Channels(client.Id));

        var secret = first.Member("webhooks")![0]!["secret"]!.GetValue<string>();
        Assert.That(secret, Does.StartWith("whsec_"));
        Assert.That(again.Member("webhooks")![0]!["secret"]!.GetValue<string>(), Is.EqualTo(secret));
        Assert.That(
            shown.Json.ToJsonString(),
            Is.EqualTo(
                $$"""{"success":true,"client_id":{{client.Id}},"webhooks":[{"url":"https://example.org/hook"}],"ntfy":"""
                    + $$"""[{"url":"https://ntfy.sh/shop","has_token":true}]}"""
            )
        );
    }

    [TestCase("""{"url":"https://ntfy.sh/shop"}""", true, TestName = "A_topic_that_is_set_again_without_a_token_keeps_the_one_that_it_has")]
    [TestCase("""{"url":"https://ntfy.sh/shop","token":"tk_2"}""", true, TestName = "A_topic_gets_another_token")]
    [TestCase("""{"url":"https://ntfy.sh/shop","token":null}""", false, TestName = "A_token_that_is_null_removes_the_one_before")]
    [TestCase("""{"url":"https://ntfy.sh/shop","token":""}""", false, TestName = "A_token_that_is_empty_removes_the_one_before")]
    [TestCase("""{"url":"https://ntfy.sh/other"}""", false, TestName = "Another_topic_does_not_get_the_token_of_the_first")]
    public async Task The_token_of_a_topic(string topic, bool hasToken)
    {
        var client = await Admin.AddClientAsync();
        await Admin.PutAsync(Channels(client.Id), """{"ntfy":[{"url":"https://ntfy.sh/shop","token":"tk_1"}]}""");

        var answer = await Admin.PutAsync(Channels(client.Id), $$"""{"ntfy":[{{topic}}]}""");

        var shown = await Admin.GetAsync(Channels(client.Id));
        Assert.That(
            (answer.Member("ntfy")![0]!["has_token"]!.GetValue<bool>(), shown.Member("ntfy")![0]!["has_token"]!.GetValue<bool>()),
            Is.EqualTo((hasToken, hasToken))
        );
    }

    [TestCase("""{"ntfy":[{"url":"https://ntfy.sh/shop","token":7}]}""", "ntfy[0].token has the wrong type")]
    [TestCase(
        """{"webhooks":[{}]}""",
        "webhooks.url must be an address that begins with https://, of at most 2000 characters, without a user name"
    )]
    [TestCase(
        """{"webhooks":[null]}""",
        "webhooks.url must be an address that begins with https://, of at most 2000 characters, without a user name"
    )]
    [TestCase("""{"webhooks":[{"url":"https://example.org","secret":"x"}]}""", "secret must be whsec_ and 24 to 64 bytes in base64")]
    [TestCase("""{"webhooks":[{"url":"https://example.org"},{"url":"https://example.org"}]}""", "The same address is there twice")]
    [TestCase("""{"webhooks":{}}""", "webhooks has the wrong type")]
    [TestCase(
        """{"ntfy":[{"url":"https://ntfy.sh"}]}""",
        "ntfy.url must end with a topic of 1 to 64 letters, digits, hyphens and underscores, such as https://ntfy.sh/my-shop"
    )]
    [TestCase(
        """{"ntfy":[{"url":"https://a.b/1"},{"url":"https://a.b/2"},{"url":"https://a.b/3"},{"url":"https:"""
            + """//a.b/4"},{"url":"https://a.b/5"},{"url":"https://a.b/6"}]}""",
        "There are too many ntfy: at most 5"
    )]
    public async Task What_cannot_be_used_is_refused_and_changes_nothing(string body, string error)
    {
        var client = await Admin.AddClientAsync();
        await Admin.PutAsync(Channels(client.Id), $$"""{"webhooks":[{"url":"https://example.org/before","secret":"{{NoSecret}}"}]}""");

        var answer = await Admin.PutAsync(Channels(client.Id), body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, error)));
        Assert.That((await Admin.GetAsync(Channels(client.Id))).Member("webhooks")!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_client_has_none()
    {
        var answer = await Admin.GetAsync(Channels(987_654));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Client 987654 not found")));
    }

    private static string Channels(int clientId) => $"/admin/clients/{clientId}/channels";

    private static bool IsOf(JsonNode delivery, string channel) => delivery["channel"]!.GetValue<string>() == channel;

    private string NewText() => $"Somebody came in, number {Interlocked.Increment(ref told)}";

    private Task<(MadeClient Client, VideoApi Api)> NewClientAsync(string[] webhooks, string[] topics) =>
        NewClientAsync(receiver.Address, webhooks, topics);

    private async Task<(MadeClient Client, VideoApi Api)> NewClientAsync(string address, string[] webhooks, params string[] topics)
    {
        var client = await Admin.AddClientAsync();
        var answer = await Admin.PutAsync(
            Channels(client.Id),
            new JsonObject
            {
                ["webhooks"] = new JsonArray([.. webhooks.Select(name => new JsonObject { ["url"] = $"{address}/{client.Id}/{name}" })]),
                ["ntfy"] = new JsonArray([.. topics.Select(name => new JsonObject { ["url"] = $"{address}/{name}" })]),
            }.ToJsonString()
        );
        Assert.That(answer.Status, Is.EqualTo(200));
        return (client, new VideoApi(Server.NewClient(client.Key)));
    }

    private static async Task<IReadOnlyList<JsonNode>> DeliveriesAsync(
        VideoApi api,
        string alertId,
        Func<IReadOnlyList<JsonNode>, bool> until
    )
    {
        IReadOnlyList<JsonNode> deliveries = [];
        await Eventually.RequireAsync(
            "what becomes of an alert",
            async () =>
            {
                deliveries = [.. (await api.ShowAlertAsync(alertId)).Member("deliveries")!.AsArray().Select(one => one!)];
                return until(deliveries);
            }
        );
        return deliveries;
    }
}
