using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.Media;
using Vigint.Api.Usage;
using Vigint.Application.Alerts.ListAlerts;
using Vigint.Application.Alerts.RaiseAlert;
using Vigint.Application.Alerts.ResendAlert;
using Vigint.Application.Alerts.ShowAlert;
using Vigint.Application.Idempotency;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Usage;
using Vigint.Domain;

namespace Vigint.Api.Alerts;

/// <summary>Incidents that clients report, and what has become of them (contract §7), for those who have a key.</summary>
[ApiController]
[Authorize(Policies.Caller)]
public sealed class AlertsController(IMediator mediator, MediaIntake intake, TimeProvider clock, IOptions<JsonOptions> json)
    : ControllerBase
{
    // In bytes as they are sent: twice what is kept of the longest, and eight of them are a body.
    private const int LongestText = 128 * 1024;

    private Links Links => HttpContext.RequestServices.GetRequiredService<Links>();

    [HttpPost("api/video/alert"), AlwaysAnswered]
    public async Task<RaisedAnswer> Raise(CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(Request.Headers[IdempotencyHeader.Name].FirstOrDefault());
        var (media, noRoom) = await OpenAsync(cancellationToken);
        using var received = media;
        var isForm = VideoForm.Is(Request);
        using var clip = new AlertClipSink(received, noRoom, isForm ? "video" : "video_data");
        var body = isForm
            ? AlertBody.Of(
                await VideoForm.ReadAsync(Request, clip, AlertBody.Names, new FieldLimit(LongestText, IsCutTo: true), cancellationToken)
            )
            : await MediaJson.ReadAsync<AlertBody>(
                HttpContext,
                json.Value.JsonSerializerOptions,
                place => place == "video_data" ? clip : null,
                LongestText
            );

        var raised = await mediator.Send(
            new RaiseAlertCommand(
                HttpContext.Caller(),
                body.ToIncident(),
                clip.File,
                clip.Trouble,
                clip.Digest(),
                Links.RootOf(Request),
                key
            ),
            cancellationToken
        );
        HttpContext.Charge(CallPrice.Alert);
        return Answer(RaisedAnswer.Of(raised));
    }

    [HttpPost("api/alerts/{alert_id}/resend")]
    public async Task<RaisedAnswer> Resend([FromRoute(Name = "alert_id")] string alertId, CancellationToken cancellationToken) =>
        Answer(RaisedAnswer.Of(await mediator.Send(new ResendAlertCommand(HttpContext.Caller(), alertId), cancellationToken)));

    /// <param name="NextCursor">Null on the last page.</param>
    public sealed record ListAnswer(
        IReadOnlyList<ListedAlertAnswer> Alerts,
        int Count,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor
    );

    [HttpGet("api/alerts")]
    public async Task<ListAnswer> List(
        [FromQuery] string? state,
        [FromQuery(Name = "risk_level")] string? risk,
        [FromQuery] string? from,
        [FromQuery] string? to,
        [FromQuery] string? cursor,
        [FromQuery] string? limit,
        CancellationToken cancellationToken
    )
    {
        var page = await mediator.Send(new ListAlertsQuery(HttpContext.Caller(), state, risk, from, to, cursor, limit), cancellationToken);
        var alerts = page.Alerts.Select(one => ListedAlertAnswer.Of(one.Alert, one.Link, clock.GetUtcNow())).ToList();
        return new ListAnswer(alerts, alerts.Count, page.NextCursor);
    }

    [HttpGet("api/alerts/{alert_id}")]
    public async Task<ShownAlertAnswer> Show([FromRoute(Name = "alert_id")] string alertId, CancellationToken cancellationToken) =>
        ShownAlertAnswer.Of(await mediator.Send(new ShowAlertQuery(HttpContext.Caller(), alertId), cancellationToken), clock.GetUtcNow());

    private RaisedAnswer Answer(RaisedAnswer answer)
    {
        Response.StatusCode = answer.Success ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus;
        return answer;
    }

    // An alert goes out without its clip rather than not at all.
    private async Task<(ReceivedMedia? Media, string? UnavailableReason)> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await intake.OpenAsync(Request.ContentLength, RoomTaker.OfAlert(HttpContext.Caller()), cancellationToken), null);
        }
        catch (RefusedException refusal)
        {
            return (null, refusal.Message);
        }
    }
}
