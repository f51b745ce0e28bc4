using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Audit;

public sealed class AuditTrailTests
{
    private static readonly VideoKey Clip = new(VideoId.Parse("clip"), "r1");

    private readonly FakeTimeProvider clock = new(A.Noon);
    private readonly List<AuditEvent> noted = [];
    private Journal<AuditEvent> journal = null!;
    private AuditTrail trail = null!;

    [SetUp]
    public void NewTrail()
    {
        noted.Clear();
        journal = new Journal<AuditEvent>((batch, _) =>
        {
            noted.AddRange(batch);
            return Task.CompletedTask;
        }, clock);
        trail = new AuditTrail(journal, new VideoMetrics(A.Meters), clock);
    }

    [TearDown]
    public void Dispose() => journal.Dispose();

    [Test]
    public async Task Ranges_at_the_same_moment_are_one_opening()
    {
        Parallel.For(0, 100, _ => Open("viewer"));

        Assert.That(await NotedAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_bytes_that_replace_a_video_are_opened_anew()
    {
        Open("viewer");
        trail.NoteOpened(Clip with { Revision = "r2" }, "one", new CallOrigin("192.0.2.1", "viewer"));

        Assert.That(await NotedAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Who_calls_itself_something_else_with_every_request_does_not_fill_the_record()
    {
        for (var i = 0; i < 1000; i++)
            Open($"viewer {i}");

        Assert.That(await NotedAsync(), Has.Count.EqualTo(30));
    }

    [Test]
    public async Task A_deletion_that_is_taken_up_again_has_the_same_name()
    {
        trail.NoteGone(AuditAction.Deleted, Clip, "one", A.Client());
        trail.NoteGone(AuditAction.Missing, Clip, "one", by: null);

        Assert.That((await NotedAsync()).Select(one => one.Id).Distinct(), Has.Exactly(1).Items);
    }

    private void Open(string userAgent) => trail.NoteOpened(Clip, "one", new CallOrigin("192.0.2.1", userAgent));

    private async Task<List<AuditEvent>> NotedAsync()
    {
        await journal.WriteAsync(default);
        return noted;
    }
}
