using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Application.Analysis;

/// <summary>Makes of a clip what the model takes. Recorders export containers that it does not know, or only some forms of.</summary>
public sealed class ShowableClips(IScratch scratch, IVideoProbe probe, IVideoEncoder encoder, EncoderGate gate)
{
    private const string Name = "shown.mp4";

    private static readonly string[] NotTaken = ["video/mp2t", "video/mpeg", "video/x-dav", "video/x-flv", "video/x-ms-asf"];

    /// <summary>The clip itself, or the form that browsers play. Disposing removes what was made.</summary>
    /// <exception cref="RefusedException">As <see cref="IVideoProbe"/>, <see cref="IVideoEncoder"/> and <see cref="EncoderGate.EnterAsync"/>.</exception>
    public async Task<ShowableClip> OfAsync(Caller caller, ClipFile clip, CancellationToken cancellationToken)
    {
        if (!NotTaken.Contains(clip.ContentType))
            return new ShowableClip(clip, work: null);
        using var turn = await gate.EnterAsync(caller.Owner, Urgency.Interactive, cancellationToken);
        var work = scratch.NewFolder();
        try
        {
            var made = await MakeAsync(clip, work, cancellationToken);
            return new ShowableClip(clip with { Media = work.At(Name), ContentType = "video/mp4", SizeBytes = made.SizeBytes, Duration = made.Duration }, work);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    private async Task<MediaReport> MakeAsync(ClipFile clip, IScratchFolder work, CancellationToken cancellationToken)
    {
        var report = await probe.ReadAsync(clip.Media, cancellationToken);
        var plan = PlayablePlan.Of(report);
        try
        {
            return await WriteAsync(clip, report, plan, work, cancellationToken);
        }
        catch (RefusedException refusal) when (refusal.Refusal == Refusal.NotAVideo && plan.Way != PlayableWay.Encode)
        {
            // What cannot be copied into an MP4 may yet be decoded.
            return await WriteAsync(clip, report, plan with { Way = PlayableWay.Encode }, work, cancellationToken);
        }
    }

    private async Task<MediaReport> WriteAsync(ClipFile clip, MediaReport report, PlayablePlan plan, IScratchFolder work, CancellationToken cancellationToken)
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
