using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;
using Vigint.Domain.Alerts;
using Vigint.Infrastructure.Messages;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Messages;

public sealed class MessageChannelTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly DateTimeOffset Now = new(2026, 10, 4, 12, 0, 30, TimeSpan.Zero);

    private static readonly AlertNotice Notice = new(
        "VIG-20261004-250-HIGH-ABCDEFGH2345",
        "Corner shop",
        "shop@example.org",
        RiskLevel.High,
        "shoplifting",
        "A <b>person</b> hides a bottle.\nAnd leaves.",
        "In detail.",
        new AlertSource("cam-1", "Door"),
        3.5,
        Now.AddSeconds(-30),
        new AlertClip("https://clips.example.org/video/a?token=t", Now.AddHours(48), null),
        null,
        2
    );

    private FakeReceiver receiver = null!;

    [SetUp]
    public async Task Start() => receiver = await FakeReceiver.StartAsync();

    [TearDown]
    public async Task Stop() => await receiver.DisposeAsync();

    [Test]
    public async Task A_webhook_says_all_and_is_signed_as_the_specification_wants_it()
    {
        using var web = new Web();

        var said = await web
            .Webhook.DeliverAsync(Notice, new ChannelTarget($"{receiver.Address}/hook?for=us", Secret), default)
            .AnswerAsync();

        var message = receiver.Messages.Single();
        var signed = Encoding.UTF8.GetBytes($"{Notice.AlertId}.{Now.ToUnixTimeSeconds()}.{message.Body}");
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo("HTTP 204"));
            Assert.That(message.Call, Is.EqualTo("POST /hook"));
            Assert.That(message.Headers["Content-Type"], Is.EqualTo("application/json"));
            Assert.That(
                (message.Headers["webhook-id"], message.Headers["webhook-timestamp"]),
                Is.EqualTo((Notice.AlertId, $"{Now.ToUnixTimeSeconds()}"))
            );
            Assert.That(message.Headers["webhook-signature"], Is.EqualTo($"v1,{signature}"));
            Assert.That(
                JsonNode.DeepEquals(
                    JsonNode.Parse(message.Body),
                    JsonNode.Parse(
                        """
                        {
                          "type": "alert.raised", "timestamp": "2026-10-04T12:00:00Z",
                          "data": {
                            "alert_id": "VIG-20261004-250-HIGH-ABCDEFGH2345", "client_name": "Corner shop", "risk_level": "HIGH",
                            "incident_type": "shoplifting",
                            "analysis": "A <b>person</b> hides a bottle.\nAnd leaves.", "detailed_analysis": "In detail.",
                            "source_id": "cam-1", "source_name": "Door",
                            "incident_start_seconds": 3.5, "video_url": "https://clips.example.org/video/a?token=t",
                            "expiration_time": "2026-10-06T12:00:30Z",
                            "video_error": null, "repeats": 2
                          }
                        }
                        """
                    )
                ),
                message.Body
            );
        }
    }

    [Test]
    public async Task Ntfy_gets_title_text_urgency_and_link()
    {
        using var web = new Web();

        await web.Ntfy.DeliverAsync(Notice, new ChannelTarget($"{receiver.Address}/prefix/my-shop", "tk_secret"), default).AnswerAsync();

        var message = receiver.Messages.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((message.Call, message.Headers["Authorization"]), Is.EqualTo(("POST /prefix/", "Bearer tk_secret")));
            Assert.That(
                JsonNode.DeepEquals(
                    JsonNode.Parse(message.Body),
                    JsonNode.Parse(
                        """
                        {
                          "topic": "my-shop", "title": "Vigint alert [HIGH]: shoplifting – Door, Corner shop (+2 since)",
                          "message": "A <b>person</b> hides a bottle.\nAnd leaves.",
                          "priority": 5, "tags": ["rotating_light"], "click": "https://clips.example.org/video/a?token=t"
                        }
                        """
                    )
                ),
                message.Body
            );
        }
    }

    [Test]
    public async Task A_long_text_stays_a_message_of_ntfy()
    {
        using var web = new Web();

        await web.Ntfy.DeliverAsync(
            Notice with
            {
                Analysis = new string('€', 100_000),
            },
            new ChannelTarget($"{receiver.Address}/my-shop", null),
            default
        );

        var message = receiver.Messages.Single();
        Assert.That(Encoding.UTF8.GetByteCount(JsonNode.Parse(message.Body)!["message"]!.GetValue<string>()), Is.InRange(3000, 4096));
        Assert.That(message.Headers, Does.Not.ContainKey("Authorization"));
    }

    [TestCase(400, false)]
    [TestCase(401, false)]
    [TestCase(404, false)]
    [TestCase(410, true)]
    [TestCase(429, false)]
    [TestCase(500, false)]
    public async Task Whoever_does_not_take_it_is_asked_again_unless_gone(int status, bool isPermanent)
    {
        using var web = new Web();
        receiver.Answers(status);

        var failure = await web.DeliverAsync(receiver.Address).FailureAsync();

        Assert.That((failure.Message, failure.IsPermanent), Is.EqualTo(($"HTTP {status}", isPermanent)));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await FakeReceiver.StartAsync();
        using var web = new Web();
        receiver.LeadsTo = elsewhere.Address;
        receiver.Answers(307);

        var failure = await web.DeliverAsync(receiver.Address).FailureAsync();

        Assert.That((failure.Message, failure.IsPermanent, elsewhere.Messages.Count), Is.EqualTo(("HTTP 307", false, 0)));
    }

    [Test]
    public async Task Nobody_there_is_tried_again()
    {
        using var web = new Web();
        var address = receiver.Address;
        await receiver.DisposeAsync();

        var failure = await web.DeliverAsync(address).FailureAsync();

        Assert.That((failure.Message, failure.IsPermanent), Is.EqualTo(("No connection: ConnectionError", false)));
    }

    [Test]
    public async Task A_host_that_lets_nobody_connect_is_told_as_such()
    {
        using var web = new Web(change: handler =>
        {
            handler.ConnectTimeout = TimeSpan.FromMilliseconds(10);
            handler.ConnectCallback = (_, token) => new ValueTask<Stream>(new TaskCompletionSource<Stream>().Task.WaitAsync(token));
        });

        var failure = await web.DeliverAsync(receiver.Address).FailureAsync();

        Assert.That((failure.Message, failure.IsPermanent), Is.EqualTo(("No connection within 5 seconds", false)));
    }

    // localhost is a name as any other to whoever resolves it: what counts is where it leads.
    [TestCase("localhost")]
    [TestCase("127.0.0.1")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("0.0.0.0")]
    public async Task A_machine_of_the_own_network_is_not_connected_to(string host)
    {
        using var web = new Web(allowsPrivate: false);
        var port = new Uri(receiver.Address).Port;

        var failure = await web.DeliverAsync($"https://{host}:{port}").FailureAsync();

        Assert.That(
            (failure.Message, failure.IsPermanent, receiver.Messages.Count),
            Is.EqualTo(("The name means an address of a private network", false, 0))
        );
    }

    [Test]
    public async Task A_link_does_not_go_out_readable_by_others()
    {
        using var web = new Web(allowsPrivate: false);

        var failure = await web.DeliverAsync("http://example.org/hook").FailureAsync();

        Assert.That(failure.Message, Is.EqualTo("The address begins with http://, and ALERT_PRIVATE_ADDRESSES is off"));
    }

    [Test]
    public async Task Whoever_does_not_answer_is_left_after_fifteen_seconds()
    {
        using var silent = new Listener();
        using var web = new Web();

        var delivering = web.DeliverAsync(silent.Address);
        await Eventually.RequireAsync("a connection", () => Task.FromResult(silent.WasVisited));
        web.Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.That((await delivering.FailureAsync()).Message, Is.EqualTo("No answer within 15 seconds"));
    }

    private sealed class Web : IDisposable
    {
        private readonly ServiceProvider services;

        public Web(bool allowsPrivate = true, Action<SocketsHttpHandler>? change = null)
        {
            var collection = new ServiceCollection();
            collection
                .AddHttpClient(OutboundMessages.ClientName)
                .ConfigurePrimaryHttpMessageHandler(() =>
                {
                    var handler = OutboundMessages.NewHandler(new ChannelOptions(allowsPrivate));
                    change?.Invoke(handler);
                    return handler;
                });
            services = collection.BuildServiceProvider();
            var messages = new OutboundMessages(
                services.GetRequiredService<IHttpClientFactory>(),
                new ChannelOptions(allowsPrivate),
                Clock
            );
            Webhook = new WebhookChannel(messages, Clock);
            Ntfy = new NtfyChannel(messages, new MailWriter(new MailTextOptions(Language.English, TimeZoneInfo.Utc, "example.org")));
        }

        public FakeTimeProvider Clock { get; } = new(Now);

        public WebhookChannel Webhook { get; }

        public NtfyChannel Ntfy { get; }

        public Task<DeliveryOutcome> DeliverAsync(string address) =>
            Webhook.DeliverAsync(Notice, new ChannelTarget(address, Secret), default);

        public void Dispose() => services.Dispose();
    }
}
