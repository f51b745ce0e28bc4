using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>
/// The stills of alerts: that of the rendition, or one that is taken at once for this one message, since what browsers play may take
/// longer to make than a mail waits.
/// </summary>
public sealed class AlertStills(
    VideoFinder finder,
    IRenditionFiles files,
    RenditionOptions options,
    IScratch scratch,
    IVideoProbe probe,
    IVideoEncoder encoder,
    EncoderGate gate,
    TimeProvider clock,
    ILogger<AlertStills> logger
)
{
    // 1280 pixels a side take a tenth of it.
    private const int MostBytes = 2 * 1024 * 1024;

    private const string Name = "still.jpg";

    /// <param name="mayTake">How long it may take to make one; zero not to begin.</param>
    /// <returns>A JPEG; null when there is none, or not so soon.</returns>
    public async Task<byte[]?> OfAsync(Alert alert, VideoKey video, TimeSpan mayTake, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(mayTake, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (files.OpenPoster(video) is { } poster)
                return Read(poster);
            return options.AreMade && mayTake > TimeSpan.Zero ? await MakeAsync(alert, video, either.Token) : null;
        }
        catch (RefusedException refusal)
        {
            logger.WithoutStill(alert.Id, refusal.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.WithoutStill(alert.Id, "It takes too long");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.StillFailed(exception, alert.Id);
        }

        return null;
    }

    private async Task<byte[]?> MakeAsync(Alert alert, VideoKey key, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(alert.Owner, Urgency.Quick, cancellationToken);
        using var work = scratch.NewFolder();
        if (await TakeHoldAsync(key, work, cancellationToken) is not { } original)
            return null;
        var report = await probe.ReadAsync(original, cancellationToken);

        // Looking for the moment with most motion, as the rendition does, takes several times as long.
        var moment = alert.StartSeconds ?? report.Duration?.TotalSeconds / 2 ?? 0;
        await encoder.StillAsync(original, report, moment, work.At(Name), cancellationToken);
        return work.Open(Name) is { } still ? Read(still) : null;
    }

    private async Task<MediaFile?> TakeHoldAsync(VideoKey key, IScratchFolder work, CancellationToken cancellationToken)
    {
        var shared = await finder.ShareAsync(key.Id, scope: null, work, cancellationToken);
        return shared?.Video.Key == key ? shared.File : null;
    }

    private static byte[]? Read(VideoBytes bytes)
    {
        using var opened = bytes;
        if (opened.SizeBytes > MostBytes)
            return null;
        var still = new byte[opened.SizeBytes];
        return opened.Fill(still, 0) == still.Length ? still : null;
    }
}
