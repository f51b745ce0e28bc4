using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Audit;

public sealed class AuditTrailTests
{
    private static readonly VideoId Clip = VideoId.Parse("clip");

    private readonly FakeTimeProvider clock = new(A.Noon);

    [Test]
    public async Task More_viewings_than_are_remembered_are_each_noted_once()
    {
        var noted = new List<AuditEvent>();
        using var journal = new Journal<AuditEvent>((batch, _) =>
        {
            noted.AddRange(batch);
            return Task.CompletedTask;
        });
        var trail = new AuditTrail(journal, clock);

        for (var i = 0; i < 15_000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            trail.NoteOpened(Clip, "one", new CallOrigin("192.0.2.1", $"viewer {i}"));
            trail.NoteOpened(Clip, "one", new CallOrigin("192.0.2.1", $"viewer {i}"));
        }

        await journal.WriteAsync(default);
        Assert.That(noted.Select(one => one.Origin.UserAgent), Is.Unique.And.Exactly(15_000).Items);
        Assert.That(noted.Select(one => one.Id), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }
}
