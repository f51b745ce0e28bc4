using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>The clips of alerts as they are now: a link may have been extended since the alert was recorded.</summary>
public sealed class AlertVideos(IVideoRecords videos)
{
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when the database is away.</exception>
    public async Task<Alert> OfNowAsync(Alert alert, CancellationToken cancellationToken) =>
        (await OfNowAsync([alert], cancellationToken))[0];

    /// <returns>The same alerts. The clip of one that was deleted or replaced is as it was recorded.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when the database is away.</exception>
    public async Task<IReadOnlyList<Alert>> OfNowAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellationToken)
    {
        List<VideoId> ids = [.. alerts.Where(one => one.Video is not null).Select(one => one.Video!.Key.Id).Distinct()];
        if (ids.Count == 0)
            return alerts;
        var stored = (await videos.StampsAsync(ids, cancellationToken)).ToDictionary(stamp => stamp.Key, stamp => stamp.ExpirationText);
        return
        [
            .. alerts.Select(alert =>
                alert.Video is { } video && stored.TryGetValue(video.Key, out var text) && LinkExpiration.Read(text) is { } link
                    ? alert with
                    {
                        Video = video with { Link = link },
                    }
                    : alert
            ),
        ];
    }
}
