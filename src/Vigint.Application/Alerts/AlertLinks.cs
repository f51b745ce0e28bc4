using Vigint.Application.Videos;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts;

/// <summary>Makes the private links of the clips of alerts; they are recorded nowhere.</summary>
public sealed class AlertLinks(TokenKey key)
{
    /// <returns>Null without a clip.</returns>
    public string? Of(Alert alert) =>
        alert.Video is { } video
            ? PrivateLink.Of(alert.LinkBase, video.Key.Id, AccessToken.For(video.Key.Id, video.Link.Text, key.Value))
            : null;
}
