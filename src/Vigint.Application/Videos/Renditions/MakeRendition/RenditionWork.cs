using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions.MakeRendition;

/// <summary>Makes the playable form and the still of one video, in scratch.</summary>
internal sealed class RenditionWork(
    IRenditionFiles files,
    IVideoProbe probe,
    IVideoEncoder encoder,
    StorageRoom room,
    RenditionProgress progress,
    ILogger<RenditionWork> logger
)
{
    private const string PlayableName = "playable.mp4";

    /// <summary>What lies in the clip stays in it; a disk that is full is cleared some day.</summary>
    public static bool IsForGood(Refusal refusal) => refusal is Refusal.NotAVideo or Refusal.TooDemanding;

    /// <exception cref="NoEncoderException">This server has no usable ffmpeg.</exception>
    /// <exception cref="RefusedException">It cannot be made, see <see cref="IsForGood"/>, or not now.</exception>
    public async Task<MadeRendition> MakeAsync(
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
            return new MadeRendition(begun with { State = RenditionState.Ready }, null, null, null);

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
            return new MadeRendition(begun with { State = RenditionState.Ready }, playable?.File, poster, reservation);
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
        var making = progress.Begin(key);
        var made = plan.Way == PlayableWay.Encode ? null : await TryCopyAsync(key, original, report, plan, work, making, cancellationToken);
        made ??= await WriteAsync(original, report, plan with { Way = PlayableWay.Encode }, work, making, cancellationToken);

        using var bytes = work.Open(PlayableName) ?? throw MediaRefusals.CannotBeDecoded();
        reservation.Use(bytes.SizeBytes);
        reservation.RequireRoom();
        logger.Ready(key.Id, bytes.SizeBytes, (int)making.Elapsed.TotalSeconds);
        return made;
    }

    // What cannot be copied into an MP4, or stops a browser there, may yet be decoded.
    private async Task<Looked?> TryCopyAsync(
        VideoKey key,
        MediaFile original,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        IProgress<double> progress,
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

    // Probed before it is called ready: the probe refuses a file without a picture.
    private async Task<Looked> WriteAsync(
        MediaFile original,
        MediaReport report,
        PlayablePlan plan,
        IScratchFolder work,
        IProgress<double> progress,
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

    private sealed record Looked(MediaFile File, MediaReport Report);
}

/// <param name="Playable">In scratch; null when none was made.</param>
/// <param name="Poster">In scratch; null when none was made.</param>
/// <param name="Reservation">Given back when what is made is stored, and counts as that.</param>
internal sealed record MadeRendition(Rendition Rendition, MediaFile? Playable, MediaFile? Poster, RoomReservation? Reservation)
    : IDisposable
{
    public void Dispose() => Reservation?.Dispose();
}

/// <summary>This server has no usable ffmpeg.</summary>
internal sealed class NoEncoderException : Exception;
