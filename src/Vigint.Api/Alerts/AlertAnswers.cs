using System.Text.Json.Serialization;
using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.ShowAlert;
using Vigint.Domain.Alerts;

namespace Vigint.Api.Alerts;

/// <summary>
/// Where the clip of an alert is. Without one the texts are empty and the size is 0: old clients format them without a look.
/// </summary>
/// <param name="Error">Why the clip is missing.</param>
/// <param name="FileSizeMb">In megabytes of 1,048,576 bytes.</param>
public sealed record VideoLinkAnswer(
    bool Available,
    string VideoUrl,
    string VideoId,
    string ExpirationTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    double FileSizeMb
)
{
    /// <param name="link">Null without a clip.</param>
    public static VideoLinkAnswer Of(Alert alert, string? link) =>
        alert.Video is { } video
            ? new VideoLinkAnswer(true, link ?? "", video.Key.Id.Text, video.Link.Text, null, Units.Megabytes(video.SizeBytes))
            : new VideoLinkAnswer(false, "", "", "", alert.ClipTrouble, 0);

    /// <summary>The same of an alert whose clip may be gone by now.</summary>
    public static VideoLinkAnswer Of(Alert alert, string? link, DateTimeOffset now) =>
        Of(alert, link) is var answer && alert.Video?.Link.Utc <= now ? answer with { Available = false } : answer;
}

/// <param name="RetryCount">Attempts but the first.</param>
/// <param name="DeliveryTime">That the last attempt took, in seconds.</param>
public sealed record EmailDeliveryAnswer(
    bool Success,
    [property: OneOf<AlertState>] string DeliveryStatus,
    int Attempts,
    int RetryCount,
    double DeliveryTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error
);

/// <summary>What a call that sends an alert is answered (contract §7).</summary>
public sealed record RaisedAnswer(
    bool Success,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    [property: OneOf("delivered", "outbox", "queued", "failed", "duplicate", "ignored")] string Status,
    string Timestamp,
    string AlertId,
    string To,
    string ClientName,
    [property: OneOfRiskLevels] string RiskLevel,
    int FrameCount,
    string IncidentSummary,
    VideoLinkAnswer VideoLink,
    EmailDeliveryAnswer EmailDelivery
)
{
    public static RaisedAnswer Of(RaisedAlert raised)
    {
        var (alert, answer, link) = raised;
        return new RaisedAnswer(
            answer.Success,
            answer.Error,
            answer.Status,
            WireTime.Of(alert.At),
            alert.Id.Text,
            alert.Email,
            alert.ClientName,
            alert.Risk.WireName(),
            alert.FrameCount,
            alert.Summary,
            VideoLinkAnswer.Of(alert, link),
            new EmailDeliveryAnswer(
                answer.Mail is AlertState.Delivered or AlertState.Outbox,
                answer.Mail.WireName(),
                answer.Attempts,
                Math.Max(0, answer.Attempts - 1),
                Math.Round(answer.Seconds, 3),
                answer.Error
            )
        );
    }
}

/// <summary>An alert in a list; members that are not known are absent.</summary>
/// <param name="State">Of the mail.</param>
/// <param name="Repeats">How often the same incident was reported again without another mail.</param>
public sealed record ListedAlertAnswer(
    string AlertId,
    string Timestamp,
    [property: OneOf<AlertState>] string State,
    [property: OneOfRiskLevels] string RiskLevel,
    int FrameCount,
    string ClientName,
    string To,
    string? IncidentType,
    string IncidentSummary,
    string? SourceId,
    string? SourceName,
    double? IncidentStartSeconds,
    int Repeats,
    VideoLinkAnswer VideoLink
)
{
    public static ListedAlertAnswer Of(Alert alert, string? link, DateTimeOffset now) =>
        new(
            alert.Id.Text,
            WireTime.Of(alert.At),
            alert.State.WireName(),
            alert.Risk.WireName(),
            alert.FrameCount,
            alert.ClientName,
            alert.Email,
            alert.IncidentType,
            alert.Summary,
            alert.SourceId,
            alert.SourceName,
            alert.StartSeconds,
            alert.Repeats,
            VideoLinkAnswer.Of(alert, link, now)
        );
}

/// <param name="NextAttempt">When it is tried next.</param>
public sealed record DeliveryAnswer(
    [property: OneOf<ChannelKind>] string Channel,
    string To,
    [property: OneOf<AlertState>] string State,
    string? NextAttempt,
    IReadOnlyList<AttemptAnswer> Attempts
);

/// <param name="Answer">What the other side said.</param>
public sealed record AttemptAnswer(string Timestamp, long DurationMs, bool Success, string Answer);

/// <summary>One alert with all that was done to deliver it.</summary>
public sealed record ShownAlertAnswer(
    string AlertId,
    string Timestamp,
    [property: OneOf<AlertState>] string State,
    [property: OneOfRiskLevels] string RiskLevel,
    int FrameCount,
    string ClientName,
    string To,
    string? IncidentType,
    string IncidentSummary,
    string? SourceId,
    string? SourceName,
    double? IncidentStartSeconds,
    int Repeats,
    VideoLinkAnswer VideoLink,
    string Analysis,
    string? DetailedAnalysis,
    IReadOnlyList<DeliveryAnswer> Deliveries
)
{
    public static ShownAlertAnswer Of(ShownAlert shown, DateTimeOffset now)
    {
        var (alert, link, deliveries) = shown;
        var listed = ListedAlertAnswer.Of(alert, link, now);
        return new ShownAlertAnswer(
            listed.AlertId,
            listed.Timestamp,
            listed.State,
            listed.RiskLevel,
            listed.FrameCount,
            listed.ClientName,
            listed.To,
            listed.IncidentType,
            listed.IncidentSummary,
            listed.SourceId,
            listed.SourceName,
            listed.IncidentStartSeconds,
            listed.Repeats,
            listed.VideoLink,
            alert.Analysis,
            alert.DetailedAnalysis,
            [.. deliveries.Select(Of)]
        );
    }

    // What follows the host of a webhook often is all that keeps others from posting to it.
    private static string ToOf(DeliveryHistory delivery) =>
        delivery.Kind == ChannelKind.Mail ? delivery.Address : new Uri(delivery.Address).GetLeftPart(UriPartial.Authority);

    private static DeliveryAnswer Of(DeliveryHistory delivery) =>
        new(
            delivery.Kind.WireName(),
            ToOf(delivery),
            delivery.State.WireName(),
            delivery.Next is { } next ? WireTime.Of(next) : null,
            [
                .. delivery.Attempts.Select(one => new AttemptAnswer(
                    WireTime.Of(one.At),
                    (long)one.Took.TotalMilliseconds,
                    one.HasSucceeded,
                    one.Answer
                )),
            ]
        );
}
