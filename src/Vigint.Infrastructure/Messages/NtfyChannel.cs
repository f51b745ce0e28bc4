using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Messages;

/// <summary>Alerts to the telephones that follow a topic of ntfy (its "publish as JSON").</summary>
internal sealed class NtfyChannel(OutboundMessages messages, MailWriter writer) : IAlertChannel
{
    // ntfy makes a file of a message of more than 4096 bytes; no character takes more than three for each of its UTF-16 units.
    private const int LongestMessage = 1300;

    public ChannelKind Kind => ChannelKind.Ntfy;

    public bool ShowsStill => false;

    public bool HasSettings => true;

    public async Task<DeliveryOutcome> DeliverAsync(AlertNotice notice, ChannelTarget target, CancellationToken cancellationToken)
    {
        var topic = new Uri(target.Address);
        var body = new JsonObject
        {
            ["topic"] = topic.Segments[^1],
            ["title"] = writer.SubjectOf(notice),
            ["message"] = string.Join('\n', ShownText.Lines(notice.Analysis, LongestMessage)),
            ["priority"] = notice.Risk switch
            {
                RiskLevel.High => 5,
                RiskLevel.Medium => 4,
                _ => 3,
            },
            ["tags"] = new JsonArray("rotating_light"),
        };
        if (notice.Clip is { } clip)
            body["click"] = clip.Link;
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(topic, "./"))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        if (target.Secret is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await messages.PostAsync(message, cancellationToken);
    }
}
