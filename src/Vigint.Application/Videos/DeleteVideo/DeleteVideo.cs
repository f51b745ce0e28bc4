using MediatR;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.DeleteVideo;

/// <summary>Deletes a video wholly (contract §3, DELETE upload).</summary>
public sealed record DeleteVideoCommand(Caller Caller, string? VideoId) : IRequest;

internal sealed class DeleteVideoHandler(VideoStore store) : AsyncRequestHandler<DeleteVideoCommand>
{
    protected override async Task Handle(DeleteVideoCommand request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        using var _ = await store.LockAsync(id, cancellationToken);
        var video = await store.FindForChangeAsync(id, request.Caller.Scope, cancellationToken) ?? throw VideoRefusals.Unknown();
        await store.RemoveAsync(video, AuditAction.Deleted, request.Caller);
    }
}
