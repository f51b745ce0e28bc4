using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, audit.</summary>
[OwnServer("its clock")]
public sealed class AuditTests : ContractFixture
{
    private readonly FakeTimeProvider clock = NewClock();

    protected override VigintServer NewServer() => new(clock);

    [Test]
    public async Task Who_did_what_and_when_is_told_newest_first()
    {
        var id = NewId();
        var video = await Api.StoreAsync(id, Clips.Fake());
        clock.Advance(TimeSpan.FromMinutes(1));
        await Anybody.GetAsync(video.Link, ("User-Agent", "Viewer/1.0"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await Api.ExtendAsync(id, 1);

        var answer = await Api.GetAsync($"{Record(id)}/audit");

        var events = answer.Member("events")!.AsArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (answer.Text("video_id"), answer.Number("count"), answer.Member("next_cursor")),
                Is.EqualTo((id, 3, (JsonNode?)null))
            );
            Assert.That(events.Select(Line), Is.EqualTo(new[] { "extended operator", "opened ", "uploaded operator" }));
            Assert.That(events[1]!["user_agent"]!.GetValue<string>(), Is.EqualTo("Viewer/1.0"));
            Assert.That(events.Select(one => one!["address"]!.GetValue<string>()), Is.All.EqualTo("127.0.0.1"));
            Assert.That(events[1]!["timestamp"]!.GetValue<string>(), Is.EqualTo($"{clock.GetUtcNow().AddMinutes(-1):yyyy-MM-ddTHH:mm:ss}"));
        }
    }

    [Test]
    public async Task The_ranges_of_a_viewing_are_one_opening()
    {
        var video = await Api.StoreAsync(NewId(), Clips.Fake());
        foreach (var range in new[] { "bytes=0-99", "bytes=100-199", "bytes=0-" })
        {
            await Anybody.GetAsync(video.Link, ("Range", range));
            clock.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.That(await OpeningsAsync(video.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_comes_back_later_has_opened_it_again()
    {
        var video = await Api.StoreAsync(NewId(), Clips.Fake());
        await Anybody.GetAsync(video.Link);
        clock.Advance(TimeSpan.FromMinutes(30));
        await Anybody.GetAsync(video.Link);

        Assert.That(await OpeningsAsync(video.Id), Is.EqualTo(2));
    }

    [Test]
    public async Task Another_viewer_is_another_opening()
    {
        var video = await Api.StoreAsync(NewId(), Clips.Fake());
        await Anybody.GetAsync(video.Link, ("User-Agent", "one"));
        await Anybody.GetAsync(video.Link, ("User-Agent", "two"));

        Assert.That(await OpeningsAsync(video.Id), Is.EqualTo(2));
    }

    [Test]
    public async Task A_wrong_link_and_a_look_at_the_headers_are_no_openings()
    {
        var video = await Api.StoreAsync(NewId(), Clips.Fake());
        await Anybody.GetAsync($"/video/{video.Id}?token=wrong");
        await Anybody.HeadAsync(video.Link);

        Assert.That(await OpeningsAsync(video.Id), Is.Zero);
    }

    [Test]
    public async Task A_deletion_is_told_when_the_video_is_gone()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake());
        await Api.DeleteAsync(Upload(id));

        var answer = await Api.GetAsync($"{Record(id)}/audit");

        Assert.That(answer.Member("events")!.AsArray().Select(Line), Is.EqualTo(new[] { "deleted operator", "uploaded operator" }));
    }

    [Test]
    public async Task A_clean_up_tells_who_ran_it()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), hours: "24");
        clock.Advance(TimeSpan.FromHours(2));
        await Api.PostAsync("/api/storage/cleanup", """{"max_age_hours":1}""");

        var events = (await Api.GetAsync($"{Record(id)}/audit")).Member("events")!.AsArray();

        Assert.That(events.Select(Line), Is.EqualTo(new[] { "deleted operator", "uploaded operator" }));
    }

    [Test]
    public async Task What_the_server_deletes_because_its_time_is_over_is_told_so()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), hours: "1");
        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.RequireAsync(
            "the sweep",
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(30));
                return (await Api.GetAsync(Record(id))).Status == 404;
            }
        );

        var events = (await Api.GetAsync($"{Record(id)}/audit")).Member("events")!.AsArray();

        Assert.That(events.Select(Line), Is.EqualTo(new[] { "expired ", "uploaded operator" }));
    }

    [Test]
    public async Task Pages_lead_through_all_events()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake());
        for (var i = 0; i < 4; i++)
            await Api.ExtendAsync(id, 1);

        var first = await Api.GetAsync($"{Record(id)}/audit?limit=3");
        var second = await Api.GetAsync($"{Record(id)}/audit?limit=3&cursor={first.Text("next_cursor")}");

        Assert.That((first.Number("count"), second.Number("count"), second.Member("next_cursor")), Is.EqualTo((3, 2, (JsonNode?)null)));
    }

    [Test]
    public async Task A_user_agent_of_any_length_and_alphabet_is_kept_in_part()
    {
        var video = await Api.StoreAsync(NewId(), Clips.Fake());
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"GET {video.Link} HTTP/1.1\r\nHost: x\r\nUser-Agent: {new string('a', 299)}\U0001F600\U0001F600\r\n\r\n"
        );
        await connection.ReadAnswerAsync();

        var opened = (await Api.GetAsync($"{Record(video.Id)}/audit")).Member("events")![0]!;

        Assert.That(opened["user_agent"]!.GetValue<string>(), Is.EqualTo(new string('a', 299)));
    }

    [TestCase("")]
    [TestCase("?cursor=MTpi")]
    public async Task Of_an_unknown_video_nothing_is_told_whatever_the_page(string query)
    {
        var answer = await Api.GetAsync($"{Record("no-such-video")}/audit{query}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Video not found")));
    }

    [Test]
    public async Task A_file_that_somebody_removed_is_told_of_after_the_next_start()
    {
        using var folder = new TemporaryFolder();
        var storage = ("VIDEO_STORAGE_DIR", folder.At("videos"));
        var database = ("DATABASE_URL", $"sqlite:///{folder.At("audit.db")}");
        await using (var first = new VigintServer(clock, settings: [storage, database]))
        {
            using var api = new VideoApi(first.NewClient());
            await api.StoreAsync("removed", Clips.Fake());
        }

        File.Delete(folder.At("videos", "video_removed.mp4"));
        await using var second = new VigintServer(clock, settings: [storage, database]);
        using var again = new VideoApi(second.NewClient());

        var isTold = await Eventually.ComesAsync(async () =>
            (await again.GetAsync($"{Record("removed")}/audit")).Member("events")![0]!["action"]!.GetValue<string>() == "missing"
        );

        Assert.That(isTold, Is.True);
    }

    [Test]
    public async Task Events_are_forgotten_after_the_time_that_is_set()
    {
        var time = NewClock();
        await using var server = new VigintServer(time, settings: ("AUDIT_RETENTION_DAYS", "2"));
        using var api = new VideoApi(server.NewClient());
        var id = NewId();
        await api.StoreAsync(id, Clips.Fake());
        await api.GetAsync($"{Record(id)}/audit");
        time.Advance(TimeSpan.FromDays(2));

        var isForgotten = await Eventually.ComesAsync(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return (await api.GetAsync($"{Record(id)}/audit")).Number("count") == 0;
        });

        Assert.That(isForgotten, Is.True);
    }

    private static string Line(JsonNode? one) => $"{one!["action"]} {one["client_name"]}";

    private async Task<int> OpeningsAsync(string id) =>
        (await Api.GetAsync($"{Record(id)}/audit"))
            .Member("events")!
            .AsArray()
            .Count(one => one!["action"]!.GetValue<string>() == "opened");
}
