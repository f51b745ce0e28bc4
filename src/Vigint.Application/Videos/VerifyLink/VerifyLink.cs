using FluentValidation;
using MediatR;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.VerifyLink;

/// <summary>Tells whether a link works, to anybody who has it (contract §3, link/verify).</summary>
public sealed record VerifyLinkQuery(string? VideoId, string? Token) : IRequest<VerifiedLink>;

/// <param name="Expiration">Null unless the token is right.</param>
/// <param name="Left">From now until the link ends; zero when it has; null unless the token is right.</param>
public sealed record VerifiedLink(bool Valid, LinkExpiration? Expiration, TimeSpan? Left);

internal sealed class VerifyLinkValidator : AbstractValidator<VerifyLinkQuery>
{
    public VerifyLinkValidator()
    {
        RuleFor(q => q.VideoId).NotNull().OrRefuse(() => VideoRefusals.ParameterMissing("video_id"));
        RuleFor(q => q.Token).NotNull().OrRefuse(() => VideoRefusals.ParameterMissing("token"));
    }
}

internal sealed class VerifyLinkHandler(VideoLinks links, TimeProvider clock) : IRequestHandler<VerifyLinkQuery, VerifiedLink>
{
    public async Task<VerifiedLink> Handle(VerifyLinkQuery request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId);
        var playable = id is null ? null : await links.FindAsync(id, cancellationToken);
        if (playable is null || !playable.IsOpenedBy(request.Token!))
            return new VerifiedLink(false, null, null);

        var left = playable.Expiration.Utc - clock.GetUtcNow();
        return new VerifiedLink(left > TimeSpan.Zero, playable.Expiration, left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
