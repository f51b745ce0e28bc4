using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>What was agreed for a client, and who sends wrong keys.</summary>
[OwnServer("its clients are counted and listed")]
public sealed class ClientLimitTests : AdminFixture
{
    [Test]
    public async Task Limits_are_shown_as_they_were_set()
    {
        var made = await Admin.AddClientAsync();

        var set = await Admin.PutAsync(
            $"/admin/clients/{made.Id}/limits",
            """{"uploads_per_minute":60,"storage_mb":512.5,"analysis_eur_per_month":20.25}"""
        );
        var listed = (await Admin.GetAsync("/admin/clients"))
            .Member("clients")!
            .AsArray()
            .Single(one => one!["id"]!.GetValue<int>() == made.Id)!;

        Assert.That(set.Status, Is.EqualTo(200));
        Assert.That(
            listed["limits"]!.ToJsonString(),
            Is.EqualTo("""{"uploads_per_minute":60,"storage_mb":512.5,"analysis_eur_per_month":20.25}""")
        );
    }

    [TestCase("""{"uploads_per_minute":0}""", "uploads_per_minute")]
    [TestCase("""{"uploads_per_minute":1.5}""", "uploads_per_minute")]
    [TestCase("""{"storage_mb":0}""", "storage_mb")]
    [TestCase("""{"storage_mb":-1}""", "storage_mb")]
    [TestCase("""{"analysis_eur_per_month":-0.01}""", "analysis_eur_per_month")]
    [TestCase("""{"analysis_eur_per_month":0.0000001}""", "analysis_eur_per_month")]
    [TestCase("""{"analysis_eur_per_month":"much"}""", "analysis_eur_per_month")]
    public async Task A_limit_that_cannot_be_is_named(string body, string member)
    {
        var made = await Admin.AddClientAsync();

        var answer = await Admin.PutAsync($"/admin/clients/{made.Id}/limits", body);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Error, Does.StartWith(member));
    }

    [Test]
    public async Task Uploads_beyond_the_limit_are_refused_until_it_frees()
    {
        using var shop = await NewShopAsync("""{"uploads_per_minute":2}""");
        await shop.StoreAsync(NewId(), Clips.Fake());
        Clock.Advance(TimeSpan.FromSeconds(20));
        await shop.StoreAsync(NewId(), Clips.Fake());
        Clock.Advance(TimeSpan.FromSeconds(10));

        var refused = await shop.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));
        Clock.Advance(TimeSpan.FromSeconds(30));
        var again = await shop.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));
        var tooMany = await shop.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "30")));
            Assert.That((refused.Number("limit_uploads_per_minute"), refused.Number("frees_in_seconds")), Is.EqualTo((2, 30)));
            Assert.That(refused.Error, Does.StartWith("Too many uploads").And.Not.Match("[0-9]"));
            Assert.That((again.Status, tooMany.Status, tooMany.Header("Retry-After")), Is.EqualTo((200, 429, "20")));
        }
    }

    [Test]
    public async Task Another_clients_uploads_are_not_counted()
    {
        using var one = await NewShopAsync("""{"uploads_per_minute":1}""");
        using var other = await NewShopAsync("""{"uploads_per_minute":1}""");
        await one.StoreAsync(NewId(), Clips.Fake());

        var answer = await other.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Storage_beyond_the_limit_is_refused_and_says_when_it_frees()
    {
        using var shop = await NewShopAsync("""{"storage_mb":1}""");
        var first = NewId();
        await shop.StoreAsync(first, Clips.Fake(700_000), hours: "2");
        var id = NewId();

        var refused = await shop.UploadAsync(UploadForm.Usual(id, Clips.Fake(700_000)));
        var missing = await shop.GetAsync(Record(id));
        await shop.DeleteAsync(Upload(first));
        var again = await shop.UploadAsync(UploadForm.Usual(id, Clips.Fake(700_000)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((507, "7200")));
            Assert.That(
                (refused.Number("limit_bytes"), refused.Number("free_bytes"), refused.Number("frees_in_seconds")),
                Is.EqualTo((1 << 20, (1 << 20) - 700_000, 7200))
            );
            Assert.That(refused.Error, Does.StartWith("Storage limit reached").And.Not.Match("[0-9]"));
            Assert.That((missing.Status, again.Status), Is.EqualTo((404, 200)));
        }
    }

    [Test]
    public async Task A_body_of_unknown_length_is_held_to_the_limit_too()
    {
        using var shop = await NewShopAsync("""{"storage_mb":1}""");
        using var clip = new MemoryStream(Clips.Fake(1_200_000));

        var answer = await shop.UploadAsync(NewId(), clip);

        Assert.That(answer.Status, Is.EqualTo(507));
        Assert.That((await shop.GetAsync("/api/v1/videos")).Number("count"), Is.Zero);
    }

    [Test]
    public async Task Of_uploads_at_once_only_as_many_are_stored_as_fit()
    {
        using var shop = await NewShopAsync("""{"storage_mb":1}""");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => shop.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(300_000))))
        );

        Assert.That(answers.Count(one => one.Status == 200), Is.EqualTo(3));
        Assert.That(answers.Where(one => one.Status != 200).Select(one => one.Status), Is.All.EqualTo(507));
    }

    [Test]
    public async Task Replacing_a_video_needs_room_for_the_difference_only()
    {
        using var shop = await NewShopAsync("""{"storage_mb":1}""");
        var id = NewId();
        using var first = new MemoryStream(Clips.Fake(700_000));
        using var second = new MemoryStream(Clips.Fake(900_000));
        await shop.UploadAsync(id, first);

        var answer = await shop.UploadAsync(id, second);

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_sends_wrong_keys_again_and_again_waits_for_the_answer()
    {
        await using var server = new VigintServer(Clock);
        using var guesser = new VideoApi(server.NewClient("wrong"));
        await Task.WhenAll(Enumerable.Range(0, Application.Clients.WrongKeys.AtOnce).Select(_ => guesser.GetAsync("/api/usage")));

        var slowed = guesser.GetAsync("/api/usage");
        using var owner = new VideoApi(server.NewClient());
        var others = await owner.GetAsync("/api/usage");
        var wasWaiting = !slowed.IsCompleted;
        await Eventually.RequireAsync(
            "the answer to the wrong key",
            () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(slowed.IsCompleted);
            }
        );

        Assert.That((others.Status, wasWaiting, (await slowed).Status), Is.EqualTo((200, true, 401)));
    }

    [Test]
    public async Task Who_floods_with_wrong_keys_is_told_to_come_later()
    {
        await using var server = new VigintServer(Clock);
        using var guesser = new VideoApi(server.NewClient("wrong"));

        var flood = Enumerable.Range(0, Application.Clients.WrongKeys.AtOnce + 20).Select(_ => guesser.GetAsync("/api/usage")).ToList();
        var told = await await Task.WhenAny(
            flood.Select(async one => (await one).Status == 429 ? await one : await new TaskCompletionSource<Answer>().Task)
        );
        await Eventually.RequireAsync(
            "the answers to the wrong keys",
            () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(flood.TrueForAll(one => one.IsCompleted));
            }
        );

        Assert.That(int.Parse(told.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), Is.GreaterThan(10));
    }

    // As after a start, when no key has been used yet.
    [Test]
    public async Task A_right_key_that_was_never_used_is_taken_while_wrong_ones_flood_from_its_address()
    {
        await using var server = new VigintServer(Clock);
        using var admin = new AdminApi(server.NewClient(key: null));
        var (first, second) = (await admin.AddClientAsync(), await admin.AddClientAsync());
        using var guesser = new VideoApi(server.NewClient("wrong"));
        var flood = Enumerable.Range(0, Application.Clients.WrongKeys.AtOnce + 20).Select(_ => guesser.GetAsync("/api/usage")).ToList();
        await Task.WhenAny(
            flood.Select(async one => (await one).Status == 429 ? one : await new TaskCompletionSource<Task<Answer>>().Task)
        );

        var answers = new List<int>();
        foreach (var key in new[] { first.Key, "another wrong one", second.Key })
        {
            using var shop = new VideoApi(server.NewClient(key));
            answers.Add((await shop.GetAsync("/api/usage")).Status);
        }

        var made = await admin.AddClientAsync();
        using var newShop = new VideoApi(server.NewClient(made.Key));
        answers.Add((await newShop.GetAsync("/api/usage")).Status);
        await Eventually.RequireAsync(
            "the answers to the wrong keys",
            () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(flood.TrueForAll(one => one.IsCompleted));
            }
        );

        Assert.That(answers, Is.EqualTo(new[] { 200, 429, 200, 200 }));
    }

    private async Task<VideoApi> NewShopAsync(string limits)
    {
        var made = await Admin.AddClientAsync();
        var set = await Admin.PutAsync($"/admin/clients/{made.Id}/limits", limits);
        Assert.That(set.Status, Is.EqualTo(200));
        return new VideoApi(Server.NewClient(made.Key));
    }
}
