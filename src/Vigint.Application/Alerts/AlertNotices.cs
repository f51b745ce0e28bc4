using Vigint.Application.Renditions;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>Writes what the channels tell of an alert.</summary>
public sealed class AlertNotices(AlertLinks links, IRenditionFiles files, RenditionLine line, TimeProvider clock)
{
    // 1280 pixels a side take a tenth of it.
    private const int MostStillBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <param name="stillMayTake">How long a still is waited for that is being made.</param>
    public async Task<AlertNotice> OfAsync(Alert alert, TimeSpan stillMayTake, CancellationToken cancellationToken)
    {
        var hasEnded = alert.Video?.Link.Utc <= clock.GetUtcNow();
        var clip = alert.Video is { } video && !hasEnded
            ? new AlertClip(links.Of(alert)!, video.Link.Utc, await StillAsync(video.Key, stillMayTake, cancellationToken))
            : null;
        return new AlertNotice(
            alert.Id.Text, alert.ClientName, alert.Email, alert.Risk, alert.IncidentType, alert.Analysis, alert.DetailedAnalysis, SourceOf(alert),
            alert.StartSeconds, alert.At, clip, hasEnded ? "Its time is over, and it was deleted" : alert.ClipTrouble, alert.Repeats);
    }

    private static AlertSource? SourceOf(Alert alert) =>
        (alert.SourceId ?? alert.SourceName) is { } id ? new AlertSource(id, alert.SourceName ?? id) : null;

    private async Task<byte[]?> StillAsync(VideoKey video, TimeSpan mayTake, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            if (ReadStill(video) is { } still)
                return still;
            if (line.WhyNone is not null || clock.GetElapsedTime(begun) >= mayTake)
                return null;
            await Task.Delay(LookAgainAfter, clock, cancellationToken);
        }
    }

    private byte[]? ReadStill(VideoKey video)
    {
        using var bytes = files.OpenPoster(video);
        if (bytes is null || bytes.SizeBytes > MostStillBytes)
            return null;
        var still = new byte[bytes.SizeBytes];
        return bytes.Fill(still, 0) == still.Length ? still : null;
    }
}
