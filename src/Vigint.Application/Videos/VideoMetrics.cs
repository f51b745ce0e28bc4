using System.Diagnostics.Metrics;
using Vigint.Application.Common;

namespace Vigint.Application.Videos;

/// <summary>What the video use cases count. Refusals are not here: the server counts its answers by route and status.</summary>
public sealed class VideoMetrics
{
    private readonly Counter<long> uploads;
    private readonly Counter<long> uploadedBytes;
    private readonly Counter<long> plays;

    public VideoMetrics(IMeterFactory meters)
    {
        var meter = VigintMeter.Of(meters);
        uploads = meter.CreateCounter<long>(
            "vigint.video.uploads",
            "{upload}",
            "Uploads answered with a link, by outcome: stored, or repeated by a client that retried."
        );
        uploadedBytes = meter.CreateCounter<long>("vigint.video.upload.io", "By", "Bytes of the videos that these uploads brought.");
        plays = meter.CreateCounter<long>(
            "vigint.video.plays",
            "{play}",
            "Private links opened; whoever reads on within half an hour is still the same play."
        );
    }

    public void Stored(long bytes) => Uploaded("stored", bytes);

    public void Repeated(long bytes) => Uploaded("repeated", bytes);

    public void Opened() => plays.Add(1);

    private void Uploaded(string outcome, long bytes)
    {
        uploads.Add(1, KeyValuePair.Create<string, object?>("outcome", outcome));
        uploadedBytes.Add(bytes, KeyValuePair.Create<string, object?>("outcome", outcome));
    }
}
