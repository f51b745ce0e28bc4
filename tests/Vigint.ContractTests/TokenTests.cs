using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, tokens.</summary>
[OwnServer("its key and its clock")]
public sealed class TokenTests : ContractFixture
{
    private const string StoreKey = "the-video-stores-key-0123456789";

    private readonly FakeTimeProvider clock = NewClock();

    protected override VigintServer NewServer() => new(clock, log: null, ("SPARSE_AI_API_KEY", StoreKey));

    [Test]
    public async Task The_token_is_the_one_of_the_contracts_test_vector()
    {
        var thirtyDaysBefore = new FakeTimeProvider(new DateTimeOffset(2025, 9, 4, 12, 0, 0, TimeSpan.Zero));
        await using var server = new VigintServer(thirtyDaysBefore, log: null, ("SECRET_KEY", "your-secret-key"));
        using var api = new VideoApi(server.NewClient("your-secret-key"));

        var stored = await api.StoreAsync("test_1234567890", Clips.Fake());

        Assert.That((stored.Expiration, stored.Token), Is.EqualTo(("2025-10-04T12:00:00", "574408ff90c4faf102b3521bbba79b4a")));
    }

    [Test]
    public async Task The_video_stores_key_is_the_first_choice_as_token_key()
    {
        var id = NewId();

        var stored = await Api.StoreAsync(id, Clips.Fake());

        Assert.That(stored.Token, Is.EqualTo(LinkToken.Of(id, stored.Expiration, StoreKey)));
    }

    [Test]
    public async Task A_token_in_upper_case_is_another_token()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Anybody.GetAsync($"/video/{stored.Id}?token={stored.Token.ToUpperInvariant()}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [TestCase("2025-10-04T12:00:00.123456", TestName = "With_a_fraction_the_clients_own_link_works")]
    [TestCase("2025-10-04T12:00:00", TestName = "In_the_past_the_clients_own_link_works")]
    [TestCase("2026-10-04T14:00:00+02:00", TestName = "With_a_zone_the_clients_own_link_works")]
    [TestCase("2026-10-04 14:00", TestName = "In_another_form_the_clients_own_link_works")]
    [TestCase(" fin d'été, 14 h ", TestName = "Of_a_text_that_is_no_time_the_clients_own_link_works")]
    public async Task A_link_that_the_client_makes_itself_opens_the_video(string written)
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = written });

        var answer = await Anybody.GetAsync(LinkToken.Link(id, written, StoreKey));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_link_of_the_answer_works_beside_the_clients_own()
    {
        var stored = await Api.StoreAsync(
            NewId(),
            Clips.Fake(),
            metadata: new JsonObject { ["expiration_time"] = "2025-10-04T12:00:00.123456" }
        );

        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_clients_own_link_ends_with_the_video_and_not_at_the_time_it_is_made_of()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), hours: "0.002", new JsonObject { ["expiration_time"] = "2099-01-01T00:00:00" });

        clock.Advance(TimeSpan.FromSeconds(10));
        var answer = await Anybody.GetAsync(LinkToken.Link(id, "2099-01-01T00:00:00", StoreKey));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Link has expired")));
    }

    [Test]
    public async Task The_clients_own_link_lives_on_when_the_video_is_extended()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2025-10-04T12:00:00.5" });
        await Api.ExtendAsync(id, 5);

        var answer = await Anybody.GetAsync(LinkToken.Link(id, "2025-10-04T12:00:00.5", StoreKey));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_clients_own_link_works_when_it_came_with_a_retry()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2026-11-03T12:00:00.1" });
        await Api.StoreAsync(id, Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2026-11-03T12:00:07.9" });

        var first = await Anybody.GetAsync(LinkToken.Link(id, "2026-11-03T12:00:00.1", StoreKey));
        var second = await Anybody.GetAsync(LinkToken.Link(id, "2026-11-03T12:00:07.9", StoreKey));

        Assert.That((first.Status, second.Status), Is.EqualTo((200, 200)));
    }

    [Test]
    public async Task A_link_made_of_no_recorded_string_does_not_open()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), metadata: new JsonObject { ["expiration_time"] = "2025-10-04T12:00:00.123456" });

        var answer = await Anybody.GetAsync(LinkToken.Link(id, "2025-10-04T12:00:00.123", StoreKey));

        Assert.That(answer.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_replaced_videos_string_is_not_given_to_the_one_after_it()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(seed: 1));

        var second = await Api.StoreAsync(id, Clips.Fake(seed: 2));

        Assert.That(second.Expiration, Is.Not.EqualTo(first.Expiration));
    }

    [Test]
    public async Task A_deleted_videos_string_is_not_given_again()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake());
        await Api.DeleteAsync(Upload(id));

        var second = await Api.StoreAsync(id, Clips.Fake());

        Assert.That(second.Expiration, Is.Not.EqualTo(first.Expiration));
    }

    [Test]
    public async Task The_string_of_an_extension_is_not_given_again_after_deletion()
    {
        var id = NewId();
        await Api.StoreAsync(id, Clips.Fake(), hours: "10");
        var extended = await Api.ExtendAsync(id, 1);
        await Api.DeleteAsync(Upload(id));

        var second = await Api.StoreAsync(id, Clips.Fake(), hours: "11");

        Assert.That(second.Expiration, Is.Not.EqualTo(extended.Expiration));
    }

    [Test]
    public async Task Where_the_string_was_used_a_few_whole_seconds_are_added()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(seed: 1), hours: "24");
        var second = await Api.StoreAsync(id, Clips.Fake(seed: 2), hours: "24");

        var third = await Api.StoreAsync(id, Clips.Fake(seed: 3), hours: "24");

        var written = new[] { first, second, third }
            .Select(one => DateTime.Parse(one.Expiration, System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        Assert.That(written, Is.EqualTo(new[] { written[0], written[0].AddSeconds(1), written[0].AddSeconds(2) }));
    }

    [Test]
    public async Task An_old_token_does_not_open_a_new_video_of_the_id()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(seed: 1));
        await Api.DeleteAsync(Upload(id));
        await Api.StoreAsync(id, Clips.Fake(seed: 2));

        var answer = await Anybody.GetAsync(first.Link);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }
}
