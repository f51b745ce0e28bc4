using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Application.Videos;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Domain.Videos;
using Vigint.TestSupport;
using Vigint.UnitTests.Common;

namespace Vigint.UnitTests.Videos;

public sealed class ViewingsTests
{
    private static readonly VideoKey Clip = new(VideoId.Parse("clip"), "r1");

    private readonly WallStepClock clock = new();
    private readonly List<AuditEvent> noted = [];
    private Journal<AuditEvent> journal = null!;
    private AuditTrail audit = null!;
    private Viewings viewings = null!;

    [SetUp]
    public void NewTrail()
    {
        noted.Clear();
        journal = new Journal<AuditEvent>(
            (batch, _) =>
            {
                noted.AddRange(batch);
                return Task.CompletedTask;
            },
            clock
        );
        audit = new AuditTrail(journal, clock);
        viewings = new Viewings(audit, new VideoMetrics(A.Meters), clock);
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
        viewings.Note(Clip with { Revision = "r2" }, "one", new CallOrigin("192.0.2.1", "viewer"));

        Assert.That(await NotedAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Who_calls_itself_something_else_with_every_request_does_not_fill_the_record()
    {
        for (var i = 0; i < 1000; i++)
            Open($"viewer {i}");

        Assert.That(await NotedAsync(), Has.Count.EqualTo(30));
    }

    // With one link and one connection the table of viewings grew by 90 megabytes in seconds.
    [Test]
    public void Who_calls_itself_something_else_with_every_request_does_not_fill_the_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 120_000; i++)
            Open($"{i} {new string('x', 280)}");

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(8_000_000));
    }

    [Test]
    public void Who_looks_from_everywhere_does_not_fill_the_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 120_000; i++)
            viewings.Note(Clip, "one", new CallOrigin($"2001:db8:{i >> 16:x}:{i & 0xffff:x}::1", "viewer"));

        Assert.That(
            GC.GetTotalMemory(forceFullCollection: true) - before,
            Is.LessThan(24_000_000),
            "20,000 notes that wait, and the tables"
        );
    }

    [Test]
    public async Task Who_was_not_noted_for_the_pace_is_noted_when_it_goes_on_later()
    {
        for (var i = 0; i < 31; i++)
            Open($"viewer {i}");
        clock.Advance(TimeSpan.FromMinutes(1));
        Open("viewer 30");

        Assert.That(await NotedAsync(), Has.Count.EqualTo(31));
    }

    [Test]
    public async Task Whoever_comes_back_after_half_an_hour_opens_it_anew_and_a_step_of_the_wall_clock_changes_nothing()
    {
        Open("viewer");
        clock.Advance(TimeSpan.FromMinutes(29));
        Open("viewer");
        clock.Advance(TimeSpan.FromMinutes(29));
        Open("viewer");
        clock.Step(TimeSpan.FromHours(-5));
        Open("viewer");
        Assert.That(await NotedAsync(), Has.Count.EqualTo(1), "a player that goes on");
        clock.Advance(TimeSpan.FromMinutes(30));
        Open("viewer");

        Assert.That(await NotedAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_deletion_that_is_taken_up_again_has_the_same_name()
    {
        audit.NoteGone(AuditAction.Deleted, Clip, "one", A.Client());
        audit.NoteGone(AuditAction.Missing, Clip, "one", by: null);

        Assert.That((await NotedAsync()).Select(one => one.Id).Distinct(), Has.Exactly(1).Items);
    }

    private void Open(string userAgent) => viewings.Note(Clip, "one", new CallOrigin("192.0.2.1", userAgent));

    private async Task<List<AuditEvent>> NotedAsync()
    {
        await journal.WriteAsync(default);
        return noted;
    }
}
