using Vigint.Api.Settings;
using Vigint.Domain.Videos;

namespace Vigint.Api.Http;

/// <summary>Makes the private links that are handed out.</summary>
internal sealed class Links(PublicLinkOptions options)
{
    public string To(HttpRequest request, VideoId id, AccessToken token)
    {
        var scheme = options.IsOnPlatform ? Uri.UriSchemeHttps : request.Scheme;
        var root = options.PublicBaseUrl ?? $"{scheme}://{request.Host}";
        return $"{root}/video/{Uri.EscapeDataString(id.Text)}?token={token.Text}";
    }
}
