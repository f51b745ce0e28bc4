using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §1 and §3: the largest video, and the room for all of them.</summary>
[OwnServer("its settings")]
public sealed class LimitTests : ContractFixture
{
    private const int Megabyte = 1024 * 1024;

    protected override VigintServer NewServer() => new(settings: ("MAX_UPLOAD_MB", "1"));

    [Test]
    public async Task A_video_of_just_the_limit_is_taken()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(Megabyte)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase(Megabyte + 1, TestName = "A_video_a_byte_beyond_the_limit_is_too_large")]
    [TestCase(10 * Megabyte, TestName = "A_video_far_beyond_the_limit_is_too_large")]
    public async Task A_larger_video_is_too_large(int size)
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(size)));

        Assert.That(answer.Status, Is.EqualTo(413), answer.ToString());
    }

    [Test]
    public async Task A_video_that_is_too_large_is_so_without_digits_in_the_text()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(2 * Megabyte)));

        Assert.That(answer.Error, Is.Not.Empty.And.Not.Match("[0-9]"));
    }

    [Test]
    public async Task The_limit_stands_in_a_member_of_its_own()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(2 * Megabyte)));

        Assert.That(answer.Number("limit_bytes"), Is.EqualTo(Megabyte));
    }

    [Test]
    public async Task A_video_that_is_too_large_in_chunks_is_too_large_too()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(5 * Megabyte)), ("Transfer-Encoding", "chunked"));

        Assert.That(answer.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task A_length_beyond_the_limit_is_refused_at_once()
    {
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {VigintServer.Key}\r\nContent-Type: "
                + $"{UploadForm.ContentType}\r\nContent-Length: {10 * Megabyte}\r\n\r\n"
        );

        var (status, _) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(413));
    }

    [Test]
    public async Task What_was_too_large_leaves_nothing()
    {
        var id = NewId();
        await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake(2 * Megabyte)));

        Assert.That(
            Server
                .Folder.Files("data", "videos")
                .Where(file => file.Contains(id, StringComparison.Ordinal) || file.StartsWith(".incoming", StringComparison.Ordinal)),
            Is.Empty
        );
    }

    // The quota

    [Test]
    public async Task A_video_that_does_not_fit_the_quota_is_told_what_to_do()
    {
        await using var server = NewSmallServer();
        using var api = new VideoApi(server.NewClient());

        var answer = await api.UploadAsync(UploadForm.Usual("a", Clips.Fake(20 * Megabyte)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(507));
            Assert.That(answer.Error, Does.StartWith("Disk full: ").And.Not.Match("[0-9]"));
            Assert.That(answer.Number("free_bytes"), Is.EqualTo(10 * Megabyte).Within(0.5 * Megabyte));
        }
    }

    [Test]
    public async Task The_quota_holds_for_all_videos_together()
    {
        await using var server = NewSmallServer();
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(6 * Megabyte));

        var answer = await api.UploadAsync(UploadForm.Usual("b", Clips.Fake(6 * Megabyte)));

        Assert.That((answer.Status, answer.Number("free_bytes") < 6 * Megabyte), Is.EqualTo((507, true)));
    }

    [Test]
    public async Task A_full_quota_leaves_stored_videos_whole()
    {
        await using var server = NewSmallServer();
        using var api = new VideoApi(server.NewClient());
        var clip = Clips.Fake(6 * Megabyte);
        var stored = await api.StoreAsync("a", clip);
        await api.UploadAsync(UploadForm.Usual("b", Clips.Fake(6 * Megabyte)));

        var played = await api.GetAsync(stored.Link);

        Assert.That(played.Body.AsSpan().SequenceEqual(clip), Is.True);
    }

    [Test]
    public async Task When_a_video_is_deleted_its_room_is_free_again()
    {
        await using var server = NewSmallServer();
        using var api = new VideoApi(server.NewClient());
        await api.StoreAsync("a", Clips.Fake(6 * Megabyte));
        await api.DeleteAsync(Upload("a"));

        var answer = await api.UploadAsync(UploadForm.Usual("b", Clips.Fake(6 * Megabyte)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    // 10 MB.
    private static VigintServer NewSmallServer() => new(settings: ("VIDEO_STORAGE_QUOTA_GB", "0.009765625"));
}
