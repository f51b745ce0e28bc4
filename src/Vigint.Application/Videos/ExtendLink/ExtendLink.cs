using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.ExtendLink;

/// <summary>Lengthens the life of a video and of all its links (contract §3, link/extend).</summary>
public sealed record ExtendLinkCommand(Caller Caller, string? VideoId, double? AdditionalHours) : IRequest<ExtendedLink>;

/// <param name="Left">From now until the links end.</param>
public sealed record ExtendedLink(Video Video, TimeSpan Left, AccessToken Token);

internal sealed class ExtendLinkValidator : AbstractValidator<ExtendLinkCommand>
{
    public ExtendLinkValidator()
    {
        RuleFor(c => c.VideoId).NotEmpty().WithState(_ => VideoRefusals.ParameterMissing("video_id"));
        RuleFor(c => c.AdditionalHours).Must(hours => hours > 0).WithState(_ => VideoRefusals.UnusableAdditionalHours());
    }
}

internal sealed class ExtendLinkHandler(
    VideoStore store, IVideoFolder folder, AuditTrail audit, RetentionOptions retention, TokenKey key, TimeProvider clock, ILogger<ExtendLinkHandler> logger)
    : IRequestHandler<ExtendLinkCommand, ExtendedLink>
{
    public async Task<ExtendedLink> Handle(ExtendLinkCommand request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        using var _ = await store.LockAsync(id, cancellationToken);
        var before = await store.FindForChangeAsync(id, request.Caller.Scope, cancellationToken) ?? throw VideoRefusals.Unknown();
        using (var bytes = folder.Open(id))
        {
            if (bytes is null)
                throw VideoRefusals.FileMissing();
        }

        var now = clock.GetUtcNow();
        var video = before.ExtendLink(request.AdditionalHours!.Value, retention.LongestHours, now);
        video = before.WithExpiration(await store.UnusedAsync(id, video.Expiration, cancellationToken));
        await store.ChangeAsync(video, before);

        audit.Note(AuditAction.Extended, id, video.Owner, request.Caller);
        logger.LinkExtended(id, request.Caller.ClientName, video.Expiration.Text);
        return new ExtendedLink(video, video.Expiration.Utc - now, video.Token(key.Value));
    }
}
