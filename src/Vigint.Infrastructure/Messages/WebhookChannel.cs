using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Messages;

/// <summary>
/// Alerts to a program of the client's, after the Standard Webhooks specification 1.0: signed, with a time, and an id that stays.
/// </summary>
internal sealed class WebhookChannel(OutboundMessages messages, TimeProvider clock) : IAlertChannel
{
    public ChannelKind Kind => ChannelKind.Webhook;

    public bool ShowsStill => false;

    public bool HasSettings => true;

    public async Task<DeliveryOutcome> DeliverAsync(AlertNotice notice, ChannelTarget target, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(BodyOf(notice).ToJsonString());
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var message = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("webhook-id", notice.AlertId);
        message.Headers.Add("webhook-timestamp", seconds);
        message.Headers.Add("webhook-signature", $"v1,{SignatureOf(notice.AlertId, seconds, body, target.Secret!)}");
        return await messages.PostAsync(message, cancellationToken);
    }

    private static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string SignatureOf(string id, string seconds, byte[] body, string secret) =>
        Convert.ToBase64String(
            HMACSHA256.HashData(ClientChannel.KeyOf(secret), (byte[])[.. Encoding.ASCII.GetBytes($"{id}.{seconds}."), .. body])
        );

    // The texts are as the client sent them; the receiver encodes them where it shows them.
    private static JsonObject BodyOf(AlertNotice notice) =>
        new()
        {
            ["type"] = "alert.raised",
            ["timestamp"] = TextOf(notice.At),
            ["data"] = new JsonObject
            {
                ["alert_id"] = notice.AlertId,
                ["client_name"] = notice.ClientName,
                ["risk_level"] = notice.Risk.WireName(),
                ["incident_type"] = notice.IncidentType,
                ["analysis"] = notice.Analysis,
                ["detailed_analysis"] = notice.DetailedAnalysis,
                ["source_id"] = notice.Source?.Id,
                ["source_name"] = notice.Source?.Name,
                ["incident_start_seconds"] = notice.StartSeconds,
                ["video_url"] = notice.Clip?.Link,
                ["expiration_time"] = notice.Clip is { } clip ? TextOf(clip.LinkEnds) : null,
                ["video_error"] = notice.ClipTrouble,
                ["repeats"] = notice.Repeats,
            },
        };
}
