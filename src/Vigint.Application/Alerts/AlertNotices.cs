using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts;

/// <summary>Writes what the channels tell of an alert.</summary>
public sealed class AlertNotices(AlertVideos videos, AlertLinks links, AlertStills stills, TimeProvider clock)
{
    /// <param name="stillMayTake">How long it may take to make a still; null where none is shown.</param>
    public async Task<AlertNotice> OfAsync(Alert recorded, TimeSpan? stillMayTake, CancellationToken cancellationToken)
    {
        var alert = await videos.OfNowAsync(recorded, cancellationToken);
        var hasEnded = alert.Video?.Link.Utc <= clock.GetUtcNow();
        var clip =
            alert.Video is { } video && !hasEnded
                ? new AlertClip(
                    links.Of(alert)!,
                    video.Link.Utc,
                    stillMayTake is { } mayTake ? await stills.OfAsync(alert, video.Key, mayTake, cancellationToken) : null
                )
                : null;
        return new AlertNotice(
            alert.Id.Text,
            alert.ClientName,
            alert.Email,
            alert.Risk,
            alert.IncidentType,
            alert.Analysis,
            alert.DetailedAnalysis,
            SourceOf(alert),
            alert.StartSeconds,
            alert.At,
            clip,
            hasEnded ? "Its time is over, and it was deleted" : alert.ClipTrouble,
            alert.Repeats
        );
    }

    private static AlertSource? SourceOf(Alert alert) =>
        (alert.SourceId ?? alert.SourceName) is { } id ? new AlertSource(id, alert.SourceName ?? id) : null;
}
