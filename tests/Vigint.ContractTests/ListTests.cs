using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, GET /api/v1/videos. The contract names no members of the page; these are this server's.</summary>
public sealed class ListTests : ContractFixture
{
    [Test]
    public async Task A_stored_video_is_in_the_list()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var ids = await IdsAsync(Api, limit: 200);

        Assert.That(ids, Does.Contain(stored.Id));
    }

    [Test]
    public async Task A_deleted_video_is_not_in_the_list()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        await Api.DeleteAsync(Upload(stored.Id));

        var ids = await IdsAsync(Api, limit: 200);

        Assert.That(ids, Does.Not.Contain(stored.Id));
    }

    [TestCase("limit=0", TestName = "A_page_of_nothing_is_refused")]
    [TestCase("limit=-1", TestName = "A_negative_page_is_refused")]
    [TestCase("limit=abc", TestName = "A_page_of_no_number_is_refused")]
    [TestCase("limit=1.5", TestName = "A_page_of_a_fraction_is_refused")]
    [TestCase("cursor=!!!", TestName = "A_cursor_that_is_none_is_refused")]
    [TestCase("cursor=YWJj", TestName = "A_cursor_of_something_else_is_refused")]
    public async Task Parameters_that_cannot_be_used_are_refused_by_name(string query)
    {
        var answer = await Api.GetAsync($"/api/v1/videos?{query}");

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain(query.Split('=')[0]));
    }

    [Test]
    public async Task Empty_parameters_count_as_absent()
    {
        var answer = await Api.GetAsync("/api/v1/videos?cursor=&limit=");

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    [OwnServer("its clock, and no other videos")]
    public async Task The_newest_comes_first()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        foreach (var id in new[] { "b", "a", "c" })
        {
            await api.StoreAsync(id, Clips.Fake());
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var ids = await IdsAsync(api, limit: 200);

        Assert.That(ids, Is.EqualTo(new[] { "c", "a", "b" }));
    }

    [TestCase(1, TestName = "Pages_of_one_lead_through_all_videos")]
    [TestCase(3, TestName = "Pages_that_end_early_lead_through_all_videos")]
    [TestCase(7, TestName = "A_page_of_just_all_leads_through_all_videos")]
    [OwnServer("its clock, and no other videos")]
    public async Task Pages_lead_through_all_videos_once(int limit)
    {
        // All of the same moment, so that nothing but the cursor tells them apart.
        await using var server = new VigintServer(new FakeTimeProvider(Noon));
        using var api = new VideoApi(server.NewClient());
        var stored = Enumerable.Range(0, 7).Select(number => $"v{number}").ToList();
        foreach (var id in stored)
            await api.StoreAsync(id, Clips.Fake());

        var ids = await IdsAsync(api, limit);

        Assert.That(ids, Is.EquivalentTo(stored));
    }

    [Test]
    [OwnServer("its clock, and no other videos")]
    public async Task What_is_uploaded_between_two_pages_moves_nothing()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var server = new VigintServer(clock);
        using var api = new VideoApi(server.NewClient());
        foreach (var id in new[] { "a", "b", "c" })
        {
            await api.StoreAsync(id, Clips.Fake());
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await api.GetAsync("/api/v1/videos?limit=2");
        await api.StoreAsync("d", Clips.Fake());
        var second = await api.GetAsync($"/api/v1/videos?limit=2&cursor={first.Text("next_cursor")}");

        Assert.That(IdsOf(second), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    [OwnServer("no other videos")]
    public async Task An_empty_list_is_a_page_without_a_next_one()
    {
        await using var server = new VigintServer();
        using var api = new VideoApi(server.NewClient());

        var answer = await api.GetAsync("/api/v1/videos");

        Assert.That((IdsOf(answer).Length, answer.Member("next_cursor") is null), Is.EqualTo((0, true)));
    }

    private static string[] IdsOf(Answer page) =>
        [.. page.Member("videos")!.AsArray().Select(video => video!["video_id"]!.GetValue<string>())];

    private static async Task<List<string>> IdsAsync(VideoApi api, int limit)
    {
        var ids = new List<string>();
        var cursor = "";
        do
        {
            var page = await api.GetAsync($"/api/v1/videos?limit={limit}&cursor={Uri.EscapeDataString(cursor)}");
            ids.AddRange(IdsOf(page));
            cursor = page.Member("next_cursor")?.GetValue<string>();
        } while (cursor is not null);

        return ids;
    }
}
