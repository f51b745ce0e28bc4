using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
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
    RenditionStore renditions,
    EncoderGate gate,
    IScratch scratch,
    IContainerReader containers,
    RenditionWork making,
    ILogger<MakeRenditionHandler> logger
) : IRequestHandler<MakeRenditionCommand, MakingResult>
{
    public async Task<MakingResult> Handle(MakeRenditionCommand request, CancellationToken cancellationToken)
    {
        var key = request.Video;
        if (await renditions.FindAsync(key, cancellationToken) is not { } wanted)
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

        if (IsIndexMissing(work, original))
            return await FailAsync(begun, MediaRefusals.IndexMissing().Message);
        try
        {
            using var made = await making.MakeAsync(video, original, begun, work, cancellationToken);
            await renditions.KeepAsync(made.Rendition, made.Playable, made.Poster);
            return MakingResult.Settled;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await renditions.KeepInterruptedAsync(begun);
            throw;
        }
        catch (NoEncoderException)
        {
            await renditions.KeepInterruptedAsync(begun);
            return MakingResult.NoEncoder;
        }
        catch (RefusedException refusal) when (RenditionWork.IsForGood(refusal.Refusal) && !refusal.MayPass)
        {
            return await FailAsync(begun, refusal.Message);
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

    private async Task<MakingResult> FailAsync(Rendition begun, string reason)
    {
        logger.Failed(begun.Of.Id, reason);
        await renditions.KeepAsync(begun.Failed(reason));
        return MakingResult.Settled;
    }

    // Known without a decoder, and no decoder would find a better word for it.
    private bool IsIndexMissing(IScratchFolder work, MediaFile original)
    {
        using var bytes = work.Open(Path.GetFileName(original.Path));
        return bytes is not null && containers.Look(bytes).IsIndexMissing;
    }
}
