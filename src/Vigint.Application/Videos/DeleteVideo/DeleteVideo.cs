using MediatR;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.DeleteVideo;

/// <summary>Deletes a video wholly (contract §3, DELETE upload).</summary>
public sealed record DeleteVideoCommand(Caller Caller, string? VideoId) : IRequest;

internal sealed class DeleteVideoHandler(VideoFinder finder, VideoRemover remover) : AsyncRequestHandler<DeleteVideoCommand>
{
    protected override async Task Handle(DeleteVideoCommand request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        using var leased = await finder.LeaseForChangeAsync(id, request.Caller.Scope, cancellationToken);
        var video = leased.Video ?? throw VideoRefusals.Unknown();
        await remover.RemoveAsync(leased.Lease, video, AuditAction.Deleted, request.Caller);
    }
}
