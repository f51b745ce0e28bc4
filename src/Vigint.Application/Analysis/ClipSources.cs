using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>Where a call that brings no clip takes one from (contract §5 and §7). What is another's is not there.</summary>
public sealed class ClipSources(CurrentClips current, FrameBuffers buffers, FrameAssembly assembly, IScratch scratch)
{
    /// <summary>The caller's current clip, else its buffered frames as a clip.</summary>
    /// <returns>Null when there is neither. The caller disposes.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/> when most of the frames cannot be decoded; as <see cref="FrameAssembly.MakeAsync"/>.
    /// </exception>
    public async Task<TakenClip?> TakeAsync(Caller caller, CancellationToken cancellationToken) =>
        current.Take(caller) ?? await AssembleAsync(caller, sourceId: null, cancellationToken);

    /// <summary>The buffered frames of one of the caller's sources, of this moment, as a clip; the buffer goes on meanwhile.</summary>
    /// <returns>Null when there are none. The caller disposes.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/> when most of them cannot be decoded; as <see cref="FrameAssembly.MakeAsync"/>.
    /// </exception>
    public Task<TakenClip?> TakeSourceAsync(Caller caller, string sourceId, CancellationToken cancellationToken) =>
        AssembleAsync(caller, sourceId, cancellationToken);

    /// <summary>
    /// The caller's current clip, else the buffered frames of the source, else the caller's own, put into a container as they are.
    /// </summary>
    /// <param name="sourceId">Null where the call names none.</param>
    /// <returns>Null when there is nothing. The caller disposes.</returns>
    /// <exception cref="RefusedException">As <see cref="FrameAssembly.WrapAsync"/>.</exception>
    public async Task<TakenClip?> TakeQuicklyAsync(Caller caller, string? sourceId, CancellationToken cancellationToken)
    {
        if (current.Take(caller) is { } kept)
            return kept;
        return (sourceId is null ? null : await WrapAsync(caller, sourceId, cancellationToken))
            ?? await WrapAsync(caller, sourceId: null, cancellationToken);
    }

    private Task<TakenClip?> WrapAsync(Caller caller, string? sourceId, CancellationToken cancellationToken) =>
        MakeAsync(caller, sourceId, VideoFormat.Avi, "video/x-msvideo", frames => assembly.WrapAsync(caller, frames, cancellationToken));

    private Task<TakenClip?> AssembleAsync(Caller caller, string? sourceId, CancellationToken cancellationToken) =>
        MakeAsync(caller, sourceId, VideoFormat.Mp4, "video/mp4", frames => assembly.MakeAsync(caller, frames, cancellationToken));

    private async Task<TakenClip?> MakeAsync(
        Caller caller,
        string? sourceId,
        VideoFormat format,
        string contentType,
        Func<FrameSequence, Task<AssembledVideo>> makeAsync
    )
    {
        using var folder = scratch.NewFolder();
        var buffered = buffers.ShareWith(folder, caller, sourceId);
        if (buffered.Pictures.Count == 0)
            return null;
        var video = await makeAsync(FrameSequence.Of(folder, buffered.Pictures, buffered.Rate, format));
        var frames = new ClipFrames(video.Frames, buffered.Pictures.Count - video.Frames, buffered.Rate);
        if (frames.Failed > frames.Shown)
        {
            video.Media.Dispose();
            throw AnalysisRefusals.FramesCannotBeDecoded(frames.Failed, frames.Buffered);
        }

        var file = new ClipFile(video.Media.Folder.At(video.Name), contentType, video.SizeBytes, frames.Duration) { Frames = frames };
        return new TakenClip(file, video.Frames, video.Media.Dispose);
    }
}
