using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>The address that opens a video.</summary>
public static class PrivateLink
{
    /// <param name="root">By which callers reach this server, without a slash at the end.</param>
    public static string Of(string root, VideoId id, AccessToken token) =>
        $"{root}/video/{Uri.EscapeDataString(id.Text)}?token={token.Text}";
}
