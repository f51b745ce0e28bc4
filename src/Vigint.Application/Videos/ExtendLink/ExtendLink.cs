using FluentValidation;
using MediatR;
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
        RuleFor(c => c.VideoId).NotEmpty().OrRefuse(() => VideoRefusals.ParameterMissing("video_id"));
        RuleFor(c => c.AdditionalHours).Must(hours => hours > 0).OrRefuse(() => VideoRefusals.UnusableAdditionalHours());
    }
}

internal sealed class ExtendLinkHandler(LinkExtension links, RetentionOptions retention, TokenKey key, TimeProvider clock)
    : IRequestHandler<ExtendLinkCommand, ExtendedLink>
{
    public async Task<ExtendedLink> Handle(ExtendLinkCommand request, CancellationToken cancellationToken)
    {
        var id = VideoId.OfStored(request.VideoId) ?? throw VideoRefusals.Unknown();
        var now = clock.GetUtcNow();
        var video = await links.ExtendAsync(
            request.Caller,
            id,
            before => before.ExtendLink(request.AdditionalHours!.Value, retention.LongestHours, now),
            cancellationToken
        );
        return new ExtendedLink(video, video.Expiration.Utc - now, video.Token(key.Value));
    }
}
