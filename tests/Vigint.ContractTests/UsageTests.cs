using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §7, usage.</summary>
[OwnServer("its clients are counted and listed")]
public sealed class UsageTests : AdminFixture
{
    private const string Usage = "/api/usage";
    private const string Status = "/api/storage/status";

    [Test]
    public async Task Every_call_with_the_key_is_listed_newest_first()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        var id = NewId();
        await shop.StoreAsync(id, Clips.Fake());
        Clock.Advance(TimeSpan.FromMinutes(1));
        await shop.GetAsync(Record("unknown"));

        var answer = await shop.GetAsync(Usage);

        var usage = answer.Member("usage")!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Text("client_name"), Is.EqualTo(made.Name));
            Assert.That(answer.Number("api_key_id"), Is.Positive);
            Assert.That(answer.Number("usage_count"), Is.EqualTo(2));
            Assert.That(
                usage.Select(Line),
                Is.EqualTo(new[] { "GET /api/v1/videos/{video_id} 404 0", "POST /api/v1/videos/upload 200 0" })
            );
            Assert.That(usage[0]!["timestamp"]!.GetValue<string>(), Is.EqualTo($"{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss}"));
        }
    }

    [Test]
    public async Task The_operators_calls_are_those_of_key_zero()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        await api.GetAsync(Status);

        var answer = await api.GetAsync(Usage);

        Assert.That((answer.Number("api_key_id"), answer.Text("client_name")), Is.EqualTo((0, "operator")));
        Assert.That(answer.Member("usage")!.AsArray().Select(Line), Is.EqualTo(new[] { "GET /api/storage/status 200 0" }));
    }

    [Test]
    public async Task Refused_keys_and_links_are_nobodys_usage()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());
        using var anybody = VideoApi.At(api.Address, key: null);
        await anybody.GetAsync(Status, ("X-API-Key", "wrong"));
        await anybody.GetAsync("/video/x?token=y");

        Assert.That((await api.GetAsync(Usage)).Number("usage_count"), Is.Zero);
    }

    [Test]
    public async Task A_page_holds_a_hundred_and_the_cursor_leads_to_the_rest()
    {
        var (_, shop) = await NewShopAsync();
        using var __ = shop;
        await Task.WhenAll(Enumerable.Range(0, 130).Select(_ => shop.GetAsync(Status)));

        var first = await shop.GetAsync(Usage);
        var second = await shop.GetAsync($"{Usage}?cursor={first.Text("next_cursor")}");

        // The first look at the usage is itself a call, and newer than the page before.
        Assert.That(
            (first.Number("usage_count"), second.Number("usage_count"), second.Member("next_cursor")),
            Is.EqualTo((100, 30, (JsonNode?)null))
        );
    }

    [Test]
    public async Task The_summary_adds_up_per_day_and_endpoint()
    {
        var (_, shop) = await NewShopAsync();
        using var __ = shop;
        var today = $"{Clock.GetUtcNow():yyyy-MM-dd}";
        await shop.GetAsync(Status);
        await shop.GetAsync(Status);
        Clock.Advance(TimeSpan.FromDays(1));
        await shop.GetAsync("/api/v1/videos");

        var summary = (await shop.GetAsync(Usage)).Member("summary")!.AsArray();

        Assert.That(
            summary.Select(day => $"{day!["day"]} {day["endpoint"]} {day["calls"]} {day["cost"]}"),
            Is.EqualTo(new[] { $"{today} /api/storage/status 2 0", $"{Clock.GetUtcNow():yyyy-MM-dd} /api/v1/videos 1 0" })
        );
    }

    [Test]
    public async Task A_period_leaves_out_what_is_outside()
    {
        var (_, shop) = await NewShopAsync();
        using var __ = shop;
        await shop.GetAsync(Status);
        Clock.Advance(TimeSpan.FromDays(1));
        var day = $"{Clock.GetUtcNow():yyyy-MM-dd}";
        await shop.GetAsync("/api/v1/videos");
        Clock.Advance(TimeSpan.FromDays(1));
        await shop.GetAsync(Status);

        var answer = await shop.GetAsync($"{Usage}?from={day}&to={day}");

        Assert.That(answer.Member("usage")!.AsArray().Select(Line), Is.EqualTo(new[] { "GET /api/v1/videos 200 0" }));
        Assert.That(answer.Member("summary")!.AsArray(), Has.Count.EqualTo(1));
    }

    [TestCase("to=9999-12-31")]
    [TestCase("from=0001-01-01&to=0001-01-15")]
    public async Task A_period_at_the_ends_of_the_calendar_is_one_like_any_other(string query)
    {
        Assert.That((await Api.GetAsync($"{Usage}?{query}")).Status, Is.EqualTo(200));
        Assert.That((await Admin.GetAsync($"/admin/usage?{query}")).Status, Is.EqualTo(200));
    }

    [TestCase("cursor=MToA", "cursor cannot be used")]
    [TestCase("from=yesterday", "from must be a time")]
    [TestCase("to=2026-13-01", "to must be a time")]
    [TestCase("from=2026-10-05&to=2026-10-04", "from must be before to")]
    [TestCase("cursor=!", "cursor cannot be used")]
    public async Task A_period_that_cannot_be_is_refused(string query, string error)
    {
        var answer = await Api.GetAsync($"{Usage}?{query}");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Error, Does.StartWith(error));
    }

    [Test]
    public async Task Who_accepts_csv_gets_the_summary_as_a_table()
    {
        var (_, shop) = await NewShopAsync();
        using var __ = shop;
        await shop.GetAsync(Status);

        var answer = await shop.GetAsync(Usage, ("Accept", "text/csv"));

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "text/csv")));
        Assert.That(answer.BodyText, Is.EqualTo($"day,endpoint,calls,cost\r\n{Clock.GetUtcNow():yyyy-MM-dd},/api/storage/status,1,0\r\n"));
    }

    [TestCase("application/json, text/csv;q=0.5")]
    [TestCase("*/*")]
    [TestCase("text/csv;q=0")]
    public async Task Who_prefers_json_gets_json(string accept)
    {
        var answer = await Api.GetAsync(Usage, ("Accept", accept));

        Assert.That(answer.ContentType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Another_clients_calls_are_not_shown()
    {
        var (_, one) = await NewShopAsync();
        var (_, other) = await NewShopAsync();
        using var _ = one;
        using var __ = other;
        await one.GetAsync(Status);

        var answer = await other.GetAsync(Usage);

        Assert.That((answer.Number("usage_count"), answer.Member("summary")!.AsArray().Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task The_administrator_sees_what_every_client_used()
    {
        var (made, shop) = await NewShopAsync();
        using var _ = shop;
        await shop.GetAsync(Status);
        await shop.GetAsync(Status);
        await Api.GetAsync(Status);

        var answer = await Admin.GetAsync("/admin/usage");

        var clients = answer.Member("clients")!.AsArray();
        var ours = clients.Single(one => one!["client_id"]!.GetValue<int>() == made.Id)!;
        Assert.That((ours["client_name"]!.GetValue<string>(), ours["calls"]!.GetValue<int>()), Is.EqualTo((made.Name, 2)));
        Assert.That(
            clients.Single(one => one!["client_id"]!.GetValue<int>() == 0)!["client_name"]!.GetValue<string>(),
            Is.EqualTo("operator")
        );
        Assert.That(answer.Text("from") + answer.Text("to"), Does.Match("^....-..-..T00:00:00....-..-..T00:00:00$"));
        Assert.That(answer.Number("calls"), Is.EqualTo(clients.Sum(one => one!["calls"]!.GetValue<int>())));
    }

    [Test]
    public async Task A_name_that_is_a_formula_is_no_formula_in_the_administrators_table()
    {
        var (_, shop) = await NewShopAsync("=HYPERLINK(\"x\")");
        using var __ = shop;
        await shop.GetAsync(Status);

        var answer = await Admin.GetAsync("/admin/usage", ("Accept", "text/csv"));

        Assert.That(
            answer.BodyText,
            Does.StartWith("client_id,client_name,day,endpoint,calls,cost\r\n")
                .And.Contain("'=HYPERLINK")
                .And.Not.Contain(",=")
                .And.Not.Contain(",\"=")
        );
    }

    [Test]
    public async Task What_was_called_survives_a_stop()
    {
        using var folder = new TemporaryFolder();
        var database = ("DATABASE_URL", $"sqlite:///{folder.At("usage.db")}");
        await using (var first = new VigintServer(Clock, settings: database))
        {
            using var api = new VideoApi(first.NewClient());
            await api.GetAsync(Status);
        }

        await using var second = new VigintServer(Clock, settings: database);
        using var again = new VideoApi(second.NewClient());

        Assert.That((await again.GetAsync(Usage)).Number("usage_count"), Is.EqualTo(1));
    }

    [Test]
    public async Task Single_calls_are_forgotten_after_the_time_that_is_set_and_their_sums_stay()
    {
        var time = NewClock();
        await using var server = new VigintServer(time, settings: ("USAGE_RETENTION_DAYS", "2"));
        using var api = new VideoApi(server.NewClient());
        await api.GetAsync(Status);
        await api.GetAsync(Usage);
        time.Advance(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));

        await Eventually.RequireAsync(
            "the sweep",
            async () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return (await api.GetAsync($"{Usage}?to=2026-10-05")).Number("usage_count") == 0;
            }
        );

        Assert.That((await api.GetAsync($"{Usage}?to=2026-10-05")).Member("summary")!.AsArray(), Is.Not.Empty);
    }

    private static string Line(JsonNode? call) => $"{call!["method"]} {call["endpoint"]} {call["status_code"]} {call["cost"]}";

    private async Task<((int Id, string Name) Made, VideoApi Api)> NewShopAsync(string? prefix = null)
    {
        var name = $"{prefix ?? "Shop"} {Guid.NewGuid():N}";
        var made = await Admin.AddClientAsync(name);
        return ((made.Id, name), new VideoApi(Server.NewClient(made.Key)));
    }
}
