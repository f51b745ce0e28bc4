using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §2, limits of a client: what one client announces, sends and has sent again takes nothing from the others.</summary>
[OwnServer("its room")]
public sealed class GreedyClientTests : AdminFixture
{
    private const int Megabyte = 1 << 20;

    // 20 MB of room, of which one call may take 8.
    protected override VigintServer NewServer() => new(Clock, settings: [("VIDEO_STORAGE_QUOTA_GB", "0.01953125"), ("MAX_UPLOAD_MB", "8")]);

    [TestCase("/api/video/compress")]
    [TestCase("/api/video/create")]
    [TestCase("/api/video/analyze")]
    [TestCase("/api/video/upload")]
    [TestCase("/api/video/buffer")]
    public async Task Who_announces_much_and_sends_little_is_told_so_and_holds_up_nobody(string call)
    {
        var made = await Admin.AddClientAsync();
        using var first = await AnnounceAsync(call, made.Key);
        using var second = await AnnounceAsync(call, made.Key);

        var answer = await await Task.WhenAny(first.ReadAnswerAsync(), second.ReadAnswerAsync());
        var othersAreTaken = await Eventually.ComesAsync(async () => await UploadAsync(8) == 200);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(429));
            Assert.That(answer.Body, Does.Contain("Too much at once").And.Contain("\"limit_bytes\":").And.Contain("\"free_bytes\":"));
            Assert.That(othersAreTaken, Is.True);
        }
    }

    [Test]
    public async Task What_was_promised_and_does_not_come_is_nobodys_after_a_while()
    {
        var made = await Admin.AddClientAsync();
        var other = await Admin.AddClientAsync();
        var announced = new List<RawConnection>();

        // On a busy machine those that came first may be cut off, because nothing comes, before all are there.
        await Eventually.RequireAsync(
            "both are promised their room",
            async () =>
            {
                announced.Add(await AnnounceAsync(MediaCalls.Compress, made.Key));
                announced.Add(await AnnounceAsync(MediaCalls.Compress, other.Key));
                return await UploadAsync(8) == 507;
            }
        );

        Clock.Advance(TimeSpan.FromSeconds(21));

        Assert.That(await UploadAsync(8), Is.EqualTo(200));
        announced.ForEach(one => one.Dispose());
    }

    [Test]
    public async Task Whose_uploads_take_all_that_it_may_still_sends_its_alerts_with_their_clips()
    {
        var made = await Admin.AddClientAsync();
        using var shop = new VideoApi(Server.NewClient(made.Key));
        using var first = await AnnounceAsync(MediaCalls.Compress, made.Key);
        using var second = await AnnounceAsync(MediaCalls.Compress, made.Key);
        await Task.WhenAny(first.ReadAnswerAsync(), second.ReadAnswerAsync());

        var alert = await shop.RaiseAsync("A man takes a bottle.", new() { ["video_data"] = Convert.ToBase64String(Clips.Fake(Megabyte)) });

        Assert.That((alert.Status, alert.Inner("video_link", "available")), Is.EqualTo((200, "true")), alert.ToString());
    }

    [Test]
    public async Task Who_has_alerts_sent_again_and_again_waits_and_the_operator_does_not()
    {
        var made = await Admin.AddClientAsync();
        using var shop = new VideoApi(Server.NewClient(made.Key));
        var id = (await shop.RaiseAsync("A man takes a bottle.")).Text("alert_id");
        for (var i = 0; i < 60; i++)
            Assert.That((await ResendAsync(shop)).Status, Is.EqualTo(200));

        var refused = await ResendAsync(shop);
        var operators = await ResendAsync(Api);
        Clock.Advance(TimeSpan.FromSeconds(5));
        var later = await ResendAsync(shop);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "5")));
            Assert.That((operators.Status, later.Status), Is.EqualTo((200, 200)));
        }

        Task<Answer> ResendAsync(VideoApi api) => api.PostAsync($"{AlertCalls.Alerts}/{id}/resend", "");
    }

    // Its room is free again afterwards.
    private async Task<int> UploadAsync(int megabytes)
    {
        var id = NewId();
        var answer = await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake(megabytes * Megabyte)));
        await Api.DeleteAsync(Upload(id));
        return answer.Status;
    }

    // 8 MB, of which the first bytes come and no more.
    private async Task<RawConnection> AnnounceAsync(string call, string key)
    {
        var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST {call} HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: "
                + $"{8 * Megabyte}\r\n\r\n{{\"video_data\":\"AAAA"
        );
        return connection;
    }
}
