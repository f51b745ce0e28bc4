using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3 and §4: how long a video lives.</summary>
[OwnServer("its clock")]
public sealed class RetentionTests
{
    private FakeTimeProvider clock = null!;
    private VigintServer server = null!;
    private VideoApi api = null!;

    // One for each test: a clock that another test has moved would set off the sweep.
    [SetUp]
    public void Start()
    {
        clock = new FakeTimeProvider(new DateTimeOffset(2026, 10, 4, 12, 0, 0, TimeSpan.Zero));
        server = new VigintServer(clock, log: null, ("MAX_RETENTION_HOURS", "2000"));
        api = new VideoApi(server.NewClient());
    }

    [TearDown]
    public async Task Stop()
    {
        api.Dispose();
        await server.DisposeAsync();
    }

    [Test]
    public async Task The_expiration_is_told_in_UTC_without_zone_and_fraction()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "1.5");

        Assert.That(stored.Expiration, Is.EqualTo("2026-10-04T13:30:00"));
    }

    [Test]
    public async Task An_ended_link_has_expired()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "0.002");
        clock.Advance(TimeSpan.FromSeconds(8));

        var answer = await api.GetAsync(stored.Link);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Link has expired")));
    }

    [Test]
    public async Task An_ended_link_with_a_wrong_token_does_not_tell_that_it_has_ended()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "0.002");
        clock.Advance(TimeSpan.FromSeconds(8));

        var answer = await api.GetAsync($"/video/{stored.Id}?token=wrong");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task To_a_browser_an_ended_link_says_so_on_a_page()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "0.002");
        clock.Advance(TimeSpan.FromSeconds(8));

        var answer = await api.GetAsync(stored.Link, ("Accept", "text/html,*/*;q=0.8"));

        Assert.That(
            $"{answer.Status} {answer.ContentType} {answer.BodyText}",
            Does.StartWith("403 text/html ").And.Contain("<h1>This link has expired</h1>")
        );
    }

    [Test]
    public async Task An_ended_link_is_not_valid()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "0.002");
        clock.Advance(TimeSpan.FromSeconds(8));

        var answer = await api.GetAsync($"/api/v1/videos/link/verify?video_id={stored.Id}&token={stored.Token}");

        Assert.That(answer.Member("valid")!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task An_ended_link_that_is_extended_counts_from_now()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "0.002");
        clock.Advance(TimeSpan.FromSeconds(8));

        var answer = await api.PostAsync("/api/v1/videos/link/extend", $$"""{"video_id":"{{stored.Id}}","additional_hours":2}""");

        Assert.That(answer.Number("total_hours"), Is.EqualTo(2).Within(0.001));
    }

    [Test]
    public async Task An_expired_video_is_deleted_by_itself_within_a_minute()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "1");
        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(1));

        var comes = await Eventually.ComesAsync(async () => (await api.GetAsync(Record(stored.Id))).Status == 404);

        Assert.That(comes, Is.True);
    }

    [Test]
    public async Task Of_an_expired_video_nothing_is_left_on_the_disk()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "1");
        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(1));

        var comes = await Eventually.ComesAsync(() =>
            Task.FromResult(!server.Folder.Files("data", "videos").Any(file => file.Contains(stored.Id, StringComparison.Ordinal)))
        );

        Assert.That(comes, Is.True);
    }

    [Test]
    public async Task The_link_of_a_swept_video_leads_to_no_video()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "1");
        await api.GetAsync(stored.Link);
        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(1));

        var comes = await Eventually.ComesAsync(async () => (await api.GetAsync(stored.Link)) is { Status: 403, Error: "Video not found" });

        Assert.That(comes, Is.True);
    }

    [Test]
    public async Task The_sweep_leaves_what_has_not_expired()
    {
        var ending = await api.StoreAsync("a", Clips.Fake(), hours: "1");
        var staying = await api.StoreAsync("b", Clips.Fake(), hours: "100");
        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.RequireAsync("the sweep", async () => (await api.GetAsync(Record(ending.Id))).Status == 404);

        var played = await api.GetAsync(staying.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_sweep_leaves_what_was_extended()
    {
        var ending = await api.StoreAsync("a", Clips.Fake(), hours: "1");
        var extended = await api.StoreAsync("b", Clips.Fake(), hours: "1");
        await api.ExtendAsync(extended.Id, 10);
        clock.Advance(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.RequireAsync("the sweep", async () => (await api.GetAsync(Record(ending.Id))).Status == 404);

        var played = await api.GetAsync(extended.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [TestCase("2000", 200, TestName = "The_longest_retention_may_be_asked_for")]
    [TestCase("2000.1", 400, TestName = "More_than_the_longest_retention_is_refused")]
    public async Task The_longest_retention_is_a_setting(string hours, int status)
    {
        var answer = await api.UploadAsync(UploadForm.Usual("a", Clips.Fake(), hours));

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Nothing_is_extended_beyond_the_longest_retention()
    {
        var stored = await api.StoreAsync("a", Clips.Fake(), hours: "1990");

        var answer = await api.PostAsync("/api/v1/videos/link/extend", $$"""{"video_id":"{{stored.Id}}","additional_hours":11}""");

        Assert.That(answer.Status, Is.EqualTo(400));
    }

    private static string Record(string id) => $"/api/v1/videos/{id}";
}
