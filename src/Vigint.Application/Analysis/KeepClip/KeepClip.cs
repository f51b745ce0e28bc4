using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Media;

namespace Vigint.Application.Analysis.KeepClip;

/// <summary>Makes a clip the caller's current one, in place of the one before (contract §5, upload).</summary>
/// <param name="Clip">Its file <see cref="ClipName"/>; once it is kept no longer the caller's to dispose.</param>
/// <param name="Hash">From <see cref="ContentHash"/>; null when none came.</param>
public sealed record KeepClipCommand(Caller Caller, ReceivedMedia Clip, string? Hash) : IRequest<KeptClip>
{
    /// <summary>What the received clip is called in its folder.</summary>
    public const string ClipName = "clip";
}

/// <param name="Frames">Pictures in it; 0 where unknown.</param>
/// <param name="Duration">Playing time; zero where unknown.</param>
public sealed record KeptClip(long SizeBytes, int Frames, TimeSpan Duration);

internal sealed class KeepClipHandler(IContainerReader containers, IVideoProbe probe, CurrentClips clips, ILogger<KeepClipHandler> logger)
    : IRequestHandler<KeepClipCommand, KeptClip>
{
    public async Task<KeptClip> Handle(KeepClipCommand request, CancellationToken cancellationToken)
    {
        var (contentType, sizeBytes, _) = ReceivedClip.Of(request.Clip.Folder, KeepClipCommand.ClipName, containers);
        var file = request.Clip.Folder.At(KeepClipCommand.ClipName);
        var report = await probe.ReadAsync(file, cancellationToken);

        clips.Keep(request.Caller, request.Clip, new ClipFile(file, contentType, sizeBytes, report.Duration, request.Hash), report.Frames);
        logger.ClipKept(request.Caller.ClientName, sizeBytes, report.Frames);
        return new KeptClip(sizeBytes, report.Frames, report.Duration ?? TimeSpan.Zero);
    }
}
