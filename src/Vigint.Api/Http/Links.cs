using Vigint.Api.Settings;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Api.Http;

/// <summary>Makes the private links that are handed out.</summary>
internal sealed class Links(PublicLinkOptions options)
{
    public string To(HttpRequest request, VideoId id, AccessToken token) => PrivateLink.Of(RootOf(request), id, token);

    /// <summary>What links begin with, without a slash at the end.</summary>
    public string RootOf(HttpRequest request) =>
        options.PublicBaseUrl ?? $"{(options.IsOnPlatform ? Uri.UriSchemeHttps : request.Scheme)}://{request.Host}";
}
