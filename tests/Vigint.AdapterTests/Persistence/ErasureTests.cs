using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>What the records do with a client that is being erased, or has been.</summary>
[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class ErasureTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const string Owner = "owner-of-the-shop";
    private const string Key = "key-of-the-shop";
    private const string Other = "owner-of-another";
    private const int Most = 2;

    private static readonly Period Always = new(A.Noon.AddDays(-1), A.Noon.AddDays(1));

    private ClientRecords clients = null!;
    private int shop;

    private static IEnumerable<TestCaseData> Writes()
    {
        yield return Case("video", db => new VideoRecords(db).SaveAsync([A.Video(owner: Owner)], default));
        yield return Case("alert", db => new AlertRecords(db).AddAsync(A.Alert(owner: Owner), [], incident: null, call: null, default));
        yield return Case(
            "channel",
            db =>
                new ChannelRecords(db).ReplaceAsync(
                    Owner,
                    [new ClientChannel(ChannelKind.Ntfy, "https://ntfy.example.org/x", null)],
                    default
                )
        );
        yield return Case("call_under_a_key", db => new IdempotencyRecords(db).BeginAsync(CallOf(Owner), "clip", A.Noon, default));

        static TestCaseData Case(string what, Func<System.Data.Common.DbDataSource, Task> write) =>
            new TestCaseData(write).SetArgDisplayNames(what);
    }

    [SetUp]
    public async Task AddShop()
    {
        clients = new ClientRecords(Database);
        shop = await AddAsync(Owner, "shop@example.org", Key);
    }

    [Test]
    public async Task From_its_beginning_the_keys_are_nobodys_and_the_client_is_still_listed()
    {
        await clients.BeginErasureAsync(shop, A.Noon, default);

        var listed = (await clients.ListAsync(default)).Single();
        Assert.That((listed.Name, listed.IsBeingErased, listed.Keys.Single().IsRevoked), Is.EqualTo(("Shop", true, true)));
        Assert.That(await clients.FindKeyAsync(KeyDigest.Of(Key), default), Is.Null);
    }

    [Test]
    public async Task What_was_begun_is_not_taken_back()
    {
        await clients.BeginErasureAsync(shop, A.Noon, default);

        await clients.ResumeKeysAsync(shop, default);

        Assert.That(await clients.FindKeyAsync(KeyDigest.Of(Key), default), Is.Null);
        Assert.That(
            () => clients.AddKeyAsync(shop, KeyOf("another"), default),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo($"Client {shop} is being erased")
        );
    }

    [Test]
    public async Task At_its_end_the_number_is_taken_and_the_address_is_free()
    {
        await EraseAsync();

        var next = await AddAsync("owner-of-the-next", "SHOP@example.org", "key-of-the-next");

        Assert.That((next, (await clients.FindAsync(next, default))!.Keys.Single().Id), Is.EqualTo((shop + 1, 2)));
        Assert.That((await clients.ListAsync(default)).Select(client => client.Id), Is.EqualTo(new[] { next }));
        Assert.That(await clients.FindAsync(shop, default), Is.Null);
    }

    [Test]
    public async Task It_may_be_done_again_and_to_several()
    {
        var second = await AddAsync(Other, "another@example.org", "key-of-another");
        await EraseAsync();
        await EraseAsync();
        await clients.BeginErasureAsync(second, A.Noon, default);
        await clients.CompleteErasureAsync(second, A.Noon, default);

        Assert.That(await clients.ListAsync(default), Is.Empty);
        Assert.That(
            await clients.ErasedAsync([Owner, Other, Video.OperatorOwner, "unknown"], default),
            Is.EquivalentTo(new[] { Owner, Other })
        );
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Nothing_is_written_for_it_any_more(Func<System.Data.Common.DbDataSource, Task> write)
    {
        await write(Database);
        await clients.BeginErasureAsync(shop, A.Noon, default);

        Assert.That(() => write(Database), Throws.TypeOf<RefusedException>().With.Message.EqualTo("The client was erased"));
    }

    [Test]
    public async Task Settings_are_not_written_into_what_is_left_of_it()
    {
        await EraseAsync();

        Assert.That(await clients.SetLimitsAsync(shop, new ClientLimits(60, null, null), default), Is.False);
        Assert.That(await clients.SetInstructionsAsync(shop, new AnalysisInstructions("till", null), default), Is.False);
    }

    [Test]
    public async Task What_is_being_written_when_it_begins_is_there_or_is_refused()
    {
        var videos = new VideoRecords(Database);
        var writing = Enumerable.Range(0, 40).Select(number => Task.Run(() => TrySaveAsync(videos, $"clip-{number}"))).ToList();
        await Task.WhenAny(writing);

        await clients.BeginErasureAsync(shop, A.Noon, default);
        var found = (await videos.TotalsAsync(Owner, A.Noon, default)).Count;

        Assert.That(await Task.WhenAll(writing), Has.Exactly((int)found).True);
        Assert.That((await videos.TotalsAsync(Owner, A.Noon, default)).Count, Is.EqualTo(found));
    }

    [Test]
    public async Task Alerts_go_with_what_waits_to_be_sent_some_at_a_time()
    {
        var alerts = new AlertRecords(Database);
        foreach (var minute in Enumerable.Range(0, 3))
            await AddAlertAsync(alerts, Owner, A.Noon.AddMinutes(minute));
        await AddAlertAsync(alerts, Other, A.Noon);

        var forgotten = new[] { await alerts.ForgetOfAsync(Owner, Most, default), await alerts.ForgetOfAsync(Owner, Most, default) };

        var left = await alerts.PageAsync(new AlertFilter(null, null, null, Always.From, Always.To), null, 10, default);
        Assert.That((forgotten[0], forgotten[1], left.Single().Owner), Is.EqualTo((2, 1, Other)));
        Assert.That((await new DeliveryRecords(Database).BacklogAsync(A.Noon, default)).Sum(of => of.Queued), Is.EqualTo(1));
    }

    [Test]
    public async Task Channels_and_answers_to_keyed_calls_go_and_those_of_others_stay()
    {
        var (channels, calls) = (new ChannelRecords(Database), new IdempotencyRecords(Database));
        foreach (var owner in new[] { Owner, Other })
        {
            await channels.ReplaceAsync(owner, [new ClientChannel(ChannelKind.Webhook, "https://example.org/x", "secret")], default);
            await calls.BeginAsync(CallOf(owner), "clip", A.Noon, default);
        }

        await channels.RemoveAsync(Owner, default);
        await calls.ForgetOfAsync(Owner, default);

        Assert.That((await channels.ListAsync(Owner, default)).Count, Is.Zero);
        Assert.That((await channels.ListAsync(Other, default)).Count, Is.EqualTo(1));
        Assert.That(
            (await calls.FindAsync(CallOf(Owner), default), (await calls.FindAsync(CallOf(Other), default))?.Subject),
            Is.EqualTo(((KnownCall?)null, "clip"))
        );
    }

    [Test]
    public async Task Events_about_its_videos_go_whoever_did_what_and_none_come_after()
    {
        var audit = new AuditRecords(Database);
        await audit.AddAsync(
            [Event("1", Owner, shop), Event("2", Owner, clientId: null), Event("3", Owner, clientId: 0), Event("4", Other, clientId: null)],
            default
        );

        await clients.BeginErasureAsync(shop, A.Noon, default);
        while (await audit.ForgetOfAsync(Owner, Most, default) >= Most)
        {
            // until there are no more
        }

        await audit.AddAsync([Event("5", Owner, shop), Event("6", Other, clientId: null)], default);

        Assert.That(
            (await audit.PageAsync(VideoId.Parse("clip"), null, null, 10, default)).Select(one => one.Id),
            Is.EquivalentTo(new[] { "4", "6" })
        );
    }

    [Test]
    public async Task Single_calls_go_and_their_sums_stay_without_a_name_and_none_come_after()
    {
        var usage = new UsageRecords(Database);
        await usage.AddAsync([Call("1"), Call("2"), Call("3"), Call("4") with { ClientId = 0, KeyId = 0 }], default);

        while (await usage.ForgetOfAsync(keyId: 1, Most, default) >= Most)
        {
            // until there are no more
        }

        await EraseAsync();
        await usage.AddAsync([Call("5"), Call("6") with { ClientId = 0, KeyId = 0 }], default);

        Assert.That(await usage.PageAsync(1, Always, null, 10, default), Is.Empty);
        Assert.That(
            (await usage.DaysOfAllAsync(Always, default)).Select(one => (one.ClientId, one.ClientName, one.Usage.Calls)),
            Is.EqualTo(new (int, string?, long)[] { (0, "operator", 2), (shop, null, 3) })
        );
    }

    [Test]
    public async Task What_models_were_asked_goes_and_none_comes_after()
    {
        var uses = new ModelUseRecords(Database);
        await uses.AddAsync([Use("1", shop), Use("2", shop), Use("3", shop), Use("4", clientId: 0)], default);

        await clients.BeginErasureAsync(shop, A.Noon, default);
        while (await uses.ForgetOfAsync(shop, Most, default) >= Most)
        {
            // until there are no more
        }

        await uses.AddAsync([Use("5", shop)], default);

        Assert.That(
            (await uses.SumsOfAllAsync(Always, default)).Select(one => (one.ClientId, one.Usage.Calls)),
            Is.EqualTo(new[] { (0, 1L) })
        );
    }

    private static async Task<bool> TrySaveAsync(VideoRecords videos, string id)
    {
        try
        {
            await videos.SaveAsync([A.Video(id, owner: Owner)], default);
            return true;
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.Forbidden)
        {
            return false;
        }
    }

    private static Task<RecordedAlert> AddAlertAsync(AlertRecords alerts, string owner, DateTimeOffset at)
    {
        var alert = A.Alert(owner: owner, at: at);
        return alerts.AddAsync(alert, [A.MailOf(alert)], incident: null, call: null, default);
    }

    private async Task EraseAsync()
    {
        await clients.BeginErasureAsync(shop, A.Noon, default);
        await clients.CompleteErasureAsync(shop, A.Noon, default);
    }

    private Task<int> AddAsync(string owner, string email, string key) =>
        clients.AddAsync(new NewClient(owner, "Shop", EmailAddress.Parse(email), A.Noon), KeyOf(key), default);

    private RecordedCall Call(string id) => new(id, A.Noon, shop, 1, "/api/v1/videos", "GET", 200, 0);

    private static RecordedUse Use(string id, int clientId) =>
        new(id, A.Noon, clientId, new ModelUse("gemini", AnalysisStage.Screening, 1, 1), 0);

    private static AuditEvent Event(string id, string owner, int? clientId) =>
        new(id, A.Noon, VideoId.Parse("clip"), owner, AuditAction.Opened, clientId, "Shop", new CallOrigin("192.0.2.1", "camera/1"));

    private static KeyedCall CallOf(string owner) => new(owner, KeyedCallKind.Upload, IdempotencyKey.Of("key")!, "digest");

    private static NewKey KeyOf(string key) => new(KeyDigest.Of(key), "till", A.Noon, ExpiresAt: null);
}
