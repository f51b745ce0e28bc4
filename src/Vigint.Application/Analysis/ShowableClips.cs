using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Application.Analysis;

/// <summary>
/// Makes of a clip what the model takes and sees rightly. Recorders export containers that it does not know, or only some forms of,
/// and pictures whose pixels are not square: it would see them squeezed.
/// </summary>
public sealed class ShowableClips(
    IScratch scratch,
    IVideoProbe probe,
    IVideoEncoder encoder,
    EncoderGate gate,
    TimeProvider clock,
    ILogger<ShowableClips> logger
)
{
    private const string Name = "shown.mp4";

    // Nobody sees by how much a picture is squeezed that is off by less; recorders round.
    private const double LeastSqueezed = 0.02;

    // Includes the wait for a turn. The caller is waiting, and the model can judge a squeezed picture too.
    private static readonly TimeSpan MakingSquareMayTake = TimeSpan.FromSeconds(15);

    private static readonly string[] NotTaken = ["video/mp2t", "video/mpeg", "video/x-dav", "video/x-flv", "video/x-ms-asf"];

    /// <summary>The clip itself, or a form with square pixels that browsers play. Disposing removes what was made.</summary>
    /// <exception cref="RefusedException">
    /// As <see cref="IVideoProbe"/>, <see cref="IVideoEncoder"/> and <see cref="EncoderGate.EnterAsync"/>.
    /// </exception>
    public async Task<ShowableClip> OfAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        if (NotTaken.Contains(clip.ContentType))
            return await ConvertAsync(caller, clip, await probe.ReadAsync(clip.Media, cancellationToken), cancellationToken);

        // Single pictures have square pixels, and so has a clip that was made from buffered frames.
        return clip.IsPicture || clip.Frames is not null
            ? new ShowableClip(clip, work: null)
            : await SquareAsync(caller, clip, cancellationToken);
    }

    // The model takes it, so that no failure here may cost the analysis.
    private async Task<ShowableClip> SquareAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(MakingSquareMayTake, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var isSqueezed = false;
        try
        {
            var report = await probe.ReadAsync(clip.Media, either.Token);
            isSqueezed = IsSqueezed(report.Video);
            if (isSqueezed)
                return await ConvertAsync(caller, clip, report, either.Token);
        }
        catch (RefusedException refusal)
        {
            if (isSqueezed)
                logger.ShownSqueezed(refusal.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.ShownSqueezed("the temporary folder cannot be written");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.ShownSqueezed($"not made within {MakingSquareMayTake.TotalSeconds} s");
        }

        return new ShowableClip(clip, work: null);
    }

    private async Task<ShowableClip> ConvertAsync(Caller caller, ClipFile clip, MediaReport report, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(caller.Owner, Urgency.Interactive, cancellationToken);
        var work = scratch.NewFolder();
        try
        {
            var made = await MakeAsync(clip, report, work, cancellationToken);
            return new ShowableClip(
                clip with
                {
                    Media = work.At(Name),
                    ContentType = "video/mp4",
                    SizeBytes = made.SizeBytes,
                    Duration = made.Duration,
                },
                work
            );
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    private async Task<MediaReport> MakeAsync(ClipFile clip, MediaReport report, IScratchFolder work, CancellationToken cancellationToken)
    {
        var plan = PlayablePlan.Of(report);
        var encoding = plan with { Way = PlayableWay.Encode };
        var (first, second) = IsSqueezed(report.Video) ? (encoding, plan) : (plan, encoding);
        try
        {
            return await WriteAsync(clip, report, first, work, cancellationToken);
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo && plan.Way != PlayableWay.Encode)
        {
            // What cannot be copied into an MP4 may yet be decoded, and what cannot be decoded may yet be copied.
            return await WriteAsync(clip, report, second, work, cancellationToken);
        }
    }

    private static bool IsSqueezed(VideoTrack video) => Math.Abs(video.PixelAspect - 1) > LeastSqueezed;

    private async Task<MediaReport> WriteAsync(
        ClipFile clip,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        CancellationToken cancellationToken
    )
    {
        await encoder.MakePlayableAsync(clip.Media, report, plan, work.At(Name), percent: null, cancellationToken);
        return await probe.ReadAsync(work.At(Name), cancellationToken);
    }
}

/// <param name="file">What the model is shown.</param>
/// <param name="work">Where it lies; null when it is the clip itself.</param>
public sealed class ShowableClip(ClipFile file, IScratchFolder? work) : IDisposable
{
    public ClipFile File => file;

    public void Dispose() => work?.Dispose();
}
