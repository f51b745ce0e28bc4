using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Domain.Analysis;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Analysis.AnalyzeVideo;

/// <summary>
/// Has the first of these judged that is there: the clip that came, a stored video, the current clip, buffered frames, a picture (contract
/// §5).
/// </summary>
/// <param name="Received">
/// What the call brought: files <see cref="ClipName"/>, <see cref="PictureName"/> and <see cref="OtherPictureName"/>; remains the caller's
/// to dispose.
/// </param>
/// <param name="ClipHash">Of the clip that came, from <see cref="ContentHash"/>; null when none came.</param>
/// <param name="VideoId">Of a stored video; null when the call names none.</param>
/// <param name="FrameCount">As the client counts; null when it does not.</param>
/// <param name="BrokenPicture">
/// A member that was to hold a picture and does not; null when there is none. It matters only where there is nothing else.
/// </param>
public sealed record AnalyzeVideoCommand(
    Caller Caller,
    ReceivedMedia Received,
    string? ClipHash,
    string? VideoId,
    int? FrameCount,
    string? BrokenPicture
) : IRequest<AnalyzedVideo>
{
    public const string ClipName = "source";
    public const string PictureName = "picture";
    public const string OtherPictureName = "other-picture";
}

/// <param name="Frames">Pictures in the clip, as the client counts them, or as the file does; 0 where unknown.</param>
public sealed record AnalyzedVideo(AnalyzedClip Clip, int Frames, DateTimeOffset At);

internal sealed class AnalyzeVideoHandler(
    ClipAnalysis analysis,
    ClipSources sources,
    VideoFinder finder,
    IContainerReader containers,
    TimeProvider clock
) : IRequestHandler<AnalyzeVideoCommand, AnalyzedVideo>
{
    public async Task<AnalyzedVideo> Handle(AnalyzeVideoCommand request, CancellationToken cancellationToken)
    {
        using var clip = await FindClipAsync(request, cancellationToken);
        var analysed = await analysis.AnalyzeAsync(request.Caller, clip.File, cancellationToken);
        return new AnalyzedVideo(analysed, request.FrameCount ?? clip.Frames, clock.GetUtcNow());
    }

    private async Task<TakenClip> FindClipAsync(AnalyzeVideoCommand request, CancellationToken cancellationToken)
    {
        var folder = request.Received.Folder;
        if (Has(folder, AnalyzeVideoCommand.ClipName))
        {
            var received = ReceivedClip.Of(folder, AnalyzeVideoCommand.ClipName, containers);
            var media = folder.At(AnalyzeVideoCommand.ClipName);
            return Unowned(new ClipFile(media, received.ContentType, received.SizeBytes, received.Duration, request.ClipHash), frames: 0);
        }

        if (!string.IsNullOrEmpty(request.VideoId))
            return await StoredAsync(request.VideoId, request.Caller, folder, cancellationToken);
        if (await sources.TakeAsync(request.Caller, cancellationToken) is { } kept)
            return kept;
        return PictureIn(folder, AnalyzeVideoCommand.PictureName)
            ?? PictureIn(folder, AnalyzeVideoCommand.OtherPictureName)
            ?? throw (request.BrokenPicture is { } member ? MediaRefusals.NotBase64(member) : AnalysisRefusals.NoVideo());
    }

    // A second name in the call's own folder, so that deleting or replacing the video meanwhile does not matter.
    private async Task<TakenClip> StoredAsync(string videoId, Caller caller, IScratchFolder folder, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(videoId) ?? throw VideoRefusals.Unknown();
        var (video, shared) = await finder.ShareAsync(id, caller.Scope, folder, cancellationToken) ?? throw VideoRefusals.Unknown();
        var file = shared ?? throw VideoRefusals.FileMissing();
        return Unowned(new ClipFile(file, video.Media.ContentType, video.SizeBytes, video.Media.Duration), frames: 0);
    }

    private static TakenClip? PictureIn(IScratchFolder folder, string name)
    {
        using var bytes = folder.Open(name);
        if (bytes is null || bytes.SizeBytes == 0)
            return null;
        if (JpegHeader.Read(bytes) is null)
            throw BufferRefusals.NotAJpeg("frame_data");
        return Unowned(new ClipFile(folder.At(name), "image/jpeg", bytes.SizeBytes, Duration: null), frames: 1);
    }

    private static bool Has(IScratchFolder folder, string name)
    {
        using var bytes = folder.Open(name);
        return bytes is not null;
    }

    // It goes with the folder that it is in.
    private static TakenClip Unowned(ClipFile file, int frames) => new(file, frames, letGo: () => { });
}
