using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions.MakeRendition;

/// <summary>
/// Looks at an uploaded clip and makes what it lacks: a form that every browser plays, and a still (contract §3, renditions).
/// </summary>
public sealed record MakeRenditionCommand(VideoKey Video) : IRequest<MakingResult>;

public enum MakingResult
{
    /// <summary>There was nothing to do any more.</summary>
    Nothing,

    /// <summary>Made, failed for good, or put off; the record says which.</summary>
    Settled,

    /// <summary>This server has no usable ffmpeg, so the next one need not be tried.</summary>
    NoEncoder,
}

internal sealed class MakeRenditionHandler(
    VideoStore store,
    RenditionStore renditions,
    IRenditionFiles files,
    IScratch scratch,
    IVideoProbe probe,
    IVideoEncoder encoder,
    EncoderGate gate,
    StorageRoom room,
    RenditionLine line,
    TimeProvider clock,
    ILogger<MakeRenditionHandler> logger
) : IRequestHandler<MakeRenditionCommand, MakingResult>
{
    private const string PlayableName = "playable.mp4";

    public async Task<MakingResult> Handle(MakeRenditionCommand request, CancellationToken cancellationToken)
    {
        var key = request.Video;
        if (await store.FindAsync(key.Id, scope: null, cancellationToken) is not { } wanted || wanted.Key != key)
            return MakingResult.Nothing;

        using var turn = await gate.EnterAsync(wanted.Owner, Urgency.Background, cancellationToken);
        using var work = scratch.NewFolder();
        if (await renditions.BeginAsync(key, work, cancellationToken) is not var (video, original, begun))
            return MakingResult.Nothing;
        if (begun.State == RenditionState.Failed)
        {
            logger.Failed(key.Id, begun.Reason!);
            return MakingResult.Nothing;
        }

        try
        {
            using var made = await MakeAsync(video, original, begun, work, cancellationToken);
            await renditions.KeepAsync(made.Rendition, made.Playable, made.Poster);
            return MakingResult.Settled;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await renditions.KeepAsync(begun.Interrupted(clock.GetUtcNow()));
            throw;
        }
        catch (NoEncoderException)
        {
            await renditions.KeepAsync(begun.Interrupted(clock.GetUtcNow()));
            return MakingResult.NoEncoder;
        }
        catch (RefusedException refusal) when (IsForGood(refusal.Refusal) && !refusal.MayPass)
        {
            logger.Failed(key.Id, refusal.Message);
            await renditions.KeepAsync(begun.Failed(refusal.Message));
            return MakingResult.Settled;
        }
        catch (RefusedException refusal)
        {
            logger.PutOff(key.Id, refusal.Message);
            await renditions.KeepAsync(
                refusal.Refusal == Refusal.NoRoom ? begun.WaitForRoom(refusal.Message) : begun.PutOff(refusal.Message)
            );
            return MakingResult.Settled;
        }
    }

    // What lies in the clip stays in it; a disk that is full is cleared some day.
    private static bool IsForGood(Refusal refusal) => refusal is Refusal.NotAVideo or Refusal.TooDemanding;

    private async Task<Made> MakeAsync(
        Video video,
        MediaFile original,
        Rendition begun,
        IScratchFolder work,
        CancellationToken cancellationToken
    )
    {
        // A database that was lost, or a crash between the files and their record, leaves them; they are whole.
        var kept = files.Find(video.Key);
        if (kept is { PlayableBytes: > 0, PosterBytes: > 0 })
            return new Made(begun with { State = RenditionState.Ready }, null, null, null);

        var report = await LookAsync(original, cancellationToken);
        var plan = await PlanAsync(video.Key, original, report, cancellationToken);
        var needsFile = plan.Way != PlayableWay.AsIs && kept.PlayableBytes == 0;
        if (plan.Way == PlayableWay.AsIs)
            logger.PlaysAsItIs(video.Id);

        // How large it will be nobody knows; rarely much larger than the original.
        var reservation = needsFile ? await room.ReserveAsync(report.SizeBytes, RoomTaker.Server, cancellationToken) : null;
        try
        {
            var playable = reservation is null
                ? null
                : await MakePlayableAsync(video.Key, original, report, plan, work, reservation, cancellationToken);

            // What plays was seen to be whole. The original may tell wrongly where its pictures begin.
            var shown = playable ?? new Looked(original, report);
            var poster = kept.PosterBytes > 0 ? null : await TakeStillAsync(video, shown, work, cancellationToken);
            return new Made(begun with { State = RenditionState.Ready }, playable?.File, poster, reservation);
        }
        catch
        {
            reservation?.Dispose();
            throw;
        }
    }

    // The first that ffmpeg is asked for; only a server without one cannot even look.
    private async Task<MediaReport> LookAsync(MediaFile original, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ReadAsync(original, cancellationToken);
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.Unavailable)
        {
            throw new NoEncoderException();
        }
    }

    // Browsers stop at a picture that ffmpeg decodes in part.
    private async Task<PlayablePlan> PlanAsync(VideoKey key, MediaFile original, MediaReport report, CancellationToken cancellationToken)
    {
        var plan = PlayablePlan.Of(report);
        return plan.Way == PlayableWay.AsIs && await IsDamagedAsync(key, new Looked(original, report), cancellationToken)
            ? new PlayablePlan(PlayableWay.Encode, "it is damaged")
            : plan;
    }

    // Where it takes too long to find out, the clip is taken for whole, as most are.
    private async Task<bool> IsDamagedAsync(VideoKey key, Looked clip, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.IsDamagedAsync(clip.File, clip.Report, cancellationToken);
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.TooDemanding)
        {
            logger.NotLookedThrough(key.Id, refusal.Message);
            return false;
        }
    }

    private async Task<Looked> MakePlayableAsync(
        VideoKey key,
        MediaFile original,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        RoomReservation reservation,
        CancellationToken cancellationToken
    )
    {
        logger.Begun(key.Id, plan.Reason);
        var begun = clock.GetTimestamp();
        var progress = new ToldProgress(key, line, clock, logger);
        var made =
            plan.Way == PlayableWay.Encode ? null : await TryCopyAsync(key, original, report, plan, work, progress, cancellationToken);
        made ??= await WriteAsync(original, report, plan with { Way = PlayableWay.Encode }, work, progress, cancellationToken);

        using var bytes = work.Open(PlayableName) ?? throw MediaRefusals.CannotBeDecoded();
        reservation.Use(bytes.SizeBytes);
        reservation.RequireRoom();
        logger.Ready(key.Id, bytes.SizeBytes, (int)clock.GetElapsedTime(begun).TotalSeconds);
        return made;
    }

    // What cannot be copied into an MP4, or stops a browser there, may yet be decoded.
    private async Task<Looked?> TryCopyAsync(
        VideoKey key,
        MediaFile original,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        ToldProgress progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var made = await WriteAsync(original, report, plan, work, progress, cancellationToken);
            return await IsDamagedAsync(key, made, cancellationToken) ? null : made;
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo)
        {
            return null;
        }
    }

    // Looked at before anybody is told that it is ready: the probe refuses a file without a picture.
    private async Task<Looked> WriteAsync(
        MediaFile original,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        ToldProgress progress,
        CancellationToken cancellationToken
    )
    {
        var target = work.At(PlayableName);
        await encoder.MakePlayableAsync(original, report, plan, target, progress, cancellationToken);
        var made = new Looked(target, await probe.ReadAsync(target, cancellationToken));
        return made.Report.Duration > TimeSpan.Zero ? made : throw MediaRefusals.CannotBeDecoded();
    }

    // A clip that plays is worth more than none for want of its still.
    private async Task<MediaFile?> TakeStillAsync(Video video, Looked clip, IScratchFolder work, CancellationToken cancellationToken)
    {
        var target = work.At("poster.jpg");
        try
        {
            await encoder.StillAsync(
                clip.File,
                clip.Report,
                PosterMoment.Of(video.Metadata, clip.Report.Duration),
                target,
                cancellationToken
            );
            return target;
        }
        catch (RefusedException refusal) when (IsForGood(refusal.Refusal))
        {
            logger.NoStill(video.Id, refusal.Message);
            return null;
        }
    }

    /// <param name="Reservation">Given back when what is made is stored, and counts as that.</param>
    private sealed record Made(Rendition Rendition, MediaFile? Playable, MediaFile? Poster, RoomReservation? Reservation) : IDisposable
    {
        public void Dispose() => Reservation?.Dispose();
    }

    private sealed record Looked(MediaFile File, MediaReport Report);

    private sealed class NoEncoderException : Exception;

    /// <summary>Passes on how far it is, and tells the log now and then.</summary>
    private sealed class ToldProgress(VideoKey key, RenditionLine line, TimeProvider clock, ILogger logger) : IProgress<double>
    {
        private static readonly TimeSpan Between = TimeSpan.FromSeconds(15);

        private long lastTold = clock.GetTimestamp();

        public void Report(double value)
        {
            line.Report(key, value);
            if (clock.GetElapsedTime(lastTold) < Between)
                return;
            lastTold = clock.GetTimestamp();
            logger.HasComeTo(key.Id, (int)value);
        }
    }
}
