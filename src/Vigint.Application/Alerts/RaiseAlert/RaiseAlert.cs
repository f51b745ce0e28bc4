using System.Text.Json;
using System.Text.RegularExpressions;
using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Application.Alerts.RaiseAlert;

/// <summary>Records an incident that a client reports, and sends it to the client's people (contract §7, alert).</summary>
/// <param name="Clip">What the call brought; null when it brought none. Remains the caller's to dispose.</param>
/// <param name="ClipTrouble">Why what it brought cannot be used; null when it can, or brought none.</param>
/// <param name="ClipDigest">Of what it brought, usable or not: the same for the same bytes; null when it brought none.</param>
/// <param name="LinkBase">By which the caller reaches this server, without a slash at the end.</param>
/// <param name="Key">Null for a call without one.</param>
public sealed record RaiseAlertCommand(
    Caller Caller,
    ReportedIncident Incident,
    MediaFile? Clip,
    string? ClipTrouble,
    string? ClipDigest,
    string LinkBase,
    IdempotencyKey? Key
) : IRequest<RaisedAlert>;

/// <summary>An incident in the client's words; null where it does not say.</summary>
/// <param name="VideoId">Of a stored video.</param>
public sealed record ReportedIncident(
    string? Analysis,
    string? RiskLevel,
    int FrameCount,
    string? IncidentType,
    string? DetailedAnalysis,
    string? SourceId,
    string? SourceName,
    double? StartSeconds,
    string? VideoId
);

internal sealed class RaiseAlertValidator : AbstractValidator<RaiseAlertCommand>
{
    public RaiseAlertValidator()
    {
        RuleFor(c => c.Incident.Analysis).Must(text => !string.IsNullOrWhiteSpace(text)).OrRefuse(() => AlertRefusals.MissingAnalysis());
        RuleFor(c => c.Incident.RiskLevel)
            .Must(text => string.IsNullOrWhiteSpace(text) || WireNames.Read<RiskLevel>(text) is not null)
            .OrRefuse(() => AlertRefusals.UnknownRisk());
        RuleFor(c => c.Caller.Email).Must(address => !string.IsNullOrWhiteSpace(address)).OrRefuse(() => AlertRefusals.NoAddress());
    }
}

internal sealed class RaiseAlertHandler(
    IAlertRecords alerts,
    IIdempotencyRecords calls,
    KeysInUse keys,
    IncidentClips clips,
    IChannelRecords channels,
    AlertSender sending,
    DeliverySignal bell,
    AlertLinks links,
    AlertOptions options,
    TimeProvider clock,
    ILogger<RaiseAlertHandler> logger
) : IRequestHandler<RaiseAlertCommand, RaisedAlert>
{
    private static readonly TimeSpan ClipWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan NoteWithin = TimeSpan.FromSeconds(1);

    // What is seen at once says more than words.
    private static readonly TimeSpan StillMayTake = TimeSpan.FromSeconds(2.5);

    public async Task<RaisedAlert> Handle(RaiseAlertCommand request, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        using var _ = keys.Take(request.Caller, KeyedCallKind.Alert, request.Key);

        // All of it has come: it is sent, whether or not the caller waits for the answer.
        var call = CallOf(request);
        if (call is not null && await FindKnownAsync(call) is { } known)
            return known;
        var raised = await RaiseAsync(request, call, begun);
        if (call is not null)
            await NoteAnswerAsync(call, raised);
        return raised;
    }

    private async Task<RaisedAlert> RaiseAsync(RaiseAlertCommand request, KeyedCall? call, long begun)
    {
        var alert = NewAlert(request);
        if (IsInvented(alert))
        {
            var ignored = await alerts.AddAsync(
                alert with
                {
                    State = AlertState.Ignored,
                },
                [],
                incident: null,
                call,
                CancellationToken.None
            );
            logger.Ignored(alert.Id, alert.ClientName);
            return Answered(ignored, AlertAnswer.Ignored());
        }

        if (await RepeatedAsync(alert, call) is { } repeated)
            return repeated;
        using var late = new CancellationTokenSource(ClipWithin, clock);
        (var clip, alert) = await WithoutTroubleAsync(alert, () => FindClipAsync(request, alert, late.Token));
        using var held = clip;

        // What another camera of the client uploaded an hour ago says nothing about this incident.
        if (clip is { IsFromServer: false })
        {
            alert = alert with { Marks = clip.AddTo(alert.Marks) };
            if (await RepeatedAsync(alert, call) is { } again)
                return again;
        }

        if (clip is null)
            return await SendAsync(request.Caller, alert, storedForIt: null, call, begun);
        (var video, alert) = await WithoutTroubleAsync(alert, () => clips.StoreAsync(request.Caller, clip, alert, late.Token));
        if (video is not null)
            alert = alert with { Video = new AlertVideo(video.Key, video.Expiration, video.SizeBytes) };
        return await SendAsync(request.Caller, alert, clip.Stored is null ? video : null, call, begun);
    }

    private async Task<RaisedAlert> SendAsync(Caller caller, Alert alert, Video? storedForIt, KeyedCall? call, long begun)
    {
        var mail = new Delivery(RecordId.Next(alert.At), alert.Id, alert.Owner, ChannelKind.Mail, alert.Email, alert.At, Attempts: 0);
        RecordedAlert recorded;
        try
        {
            recorded = await RecordAsync(alert, mail, call);
        }
        catch when (storedForIt is not null)
        {
            clips.NotRecorded(alert.Id);
            throw;
        }

        if (recorded.Result != RecordingResult.Added)
        {
            // An equal one came at the same moment and was first.
            if (storedForIt is not null)
                await clips.RemoveAsync(caller, storedForIt);
            return Repeated(recorded, alert);
        }

        logger.Recorded(alert.Id, alert.ClientName, alert.Video is not null);
        bell.Ring();
        var running = sending.Begin(mail, StillMayTake);
        var attempt = running is null ? null : await running.WithinAsync(AlertSender.CallerWaits - clock.GetElapsedTime(begun), clock);
        return Answered(recorded, AlertAnswer.Of(attempt));
    }

    private async Task<RecordedAlert> RecordAsync(Alert alert, Delivery mail, KeyedCall? call)
    {
        var others = (await channels.ListAsync(alert.Owner, CancellationToken.None)).Select(one => new PlannedDelivery(
            new Delivery(RecordId.Next(alert.At), alert.Id, alert.Owner, one.Kind, one.Address, alert.At, Attempts: 0),
            Claim: null
        ));
        return await alerts.AddAsync(
            alert,
            [new PlannedDelivery(mail, sending.NewClaim()), .. others],
            IncidentOf(alert),
            call,
            CancellationToken.None
        );
    }

    private Task<IncidentClip?> FindClipAsync(RaiseAlertCommand request, Alert alert, CancellationToken cancellationToken) =>
        request.ClipTrouble is { } trouble
            ? throw new RefusedException(Refusal.Invalid, "clip_unusable", trouble)
            : clips.FindAsync(request.Caller, request.Clip, request.Incident.VideoId, alert.SourceId, cancellationToken);

    // Whatever goes wrong with a clip, the alert goes out, and says so.
    private async Task<(T? Result, Alert Alert)> WithoutTroubleAsync<T>(Alert alert, Func<Task<T>> workAsync)
    {
        string trouble;
        try
        {
            return (await workAsync(), alert);
        }
        catch (RefusedException refusal)
        {
            trouble = refusal.Message;
            logger.WithoutClip(alert.Id, trouble);
        }
        catch (OperationCanceledException)
        {
            trouble = "The clip could not be made ready in time";
            logger.WithoutClip(alert.Id, trouble);
        }
        catch (Exception exception)
        {
            trouble = "The clip could not be stored";
            logger.ClipFailed(exception, alert.Id);
        }

        return (default, alert with { ClipTrouble = trouble });
    }

    private async Task<RaisedAlert?> RepeatedAsync(Alert alert, KeyedCall? call)
    {
        if (IncidentOf(alert) is not { } incident || await alerts.FindSameAsync(incident, CancellationToken.None) is not { } first)
            return null;
        var repeated = await alerts.RepeatAsync(first.Id, alert.Id, call, alert.At, CancellationToken.None);
        return repeated is null ? null : Repeated(repeated, alert);
    }

    private RaisedAlert Repeated(RecordedAlert recorded, Alert alert)
    {
        if (recorded.Known is { } known)
            return Known(known, recorded.Alert);
        logger.Repeated(alert.ClientName, recorded.Alert.Id);
        return Answered(recorded, AlertAnswer.Duplicate(recorded.Alert));
    }

    private RaisedAlert Answered(RecordedAlert recorded, AlertAnswer answer) =>
        recorded.Known is { } known ? Known(known, recorded.Alert) : new RaisedAlert(recorded.Alert, answer, links.Of(recorded.Alert));

    private Incident? IncidentOf(Alert alert) =>
        options.Quiet > TimeSpan.Zero
            ? new Incident(alert.Owner, alert.Marks, alert.Risk, alert.At - options.Quiet, alert.At + ClockWatch.Tolerance)
            : null;

    // In doubt it is sent.
    private bool IsInvented(Alert alert)
    {
        try
        {
            return options.IgnorePattern.IsMatch(alert.Analysis);
        }
        catch (RegexMatchTimeoutException)
        {
            logger.PatternTooSlow(alert.ClientName);
            return false;
        }
    }

    private Alert NewAlert(RaiseAlertCommand request)
    {
        var (caller, told) = (request.Caller, request.Incident);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var risk = string.IsNullOrWhiteSpace(told.RiskLevel) ? RiskLevel.Medium : WireNames.Read<RiskLevel>(told.RiskLevel)!.Value;
        var (analysis, kind, source) = (
            ReportedText.Body(told.Analysis)!,
            ReportedText.Label(told.IncidentType),
            ReportedText.Label(told.SourceId)
        );
        return new Alert
        {
            Id = AlertId.New(now, told.FrameCount, risk),
            Owner = caller.Owner,
            ClientName = caller.ClientName,
            Email = caller.Email!,
            At = now,
            Risk = risk,
            State = AlertState.Queued,
            FrameCount = told.FrameCount,
            IncidentType = kind,
            Analysis = analysis,
            DetailedAnalysis = ReportedText.Body(told.DetailedAnalysis),
            SourceId = source,
            SourceName = ReportedText.Label(told.SourceName),
            StartSeconds = told.StartSeconds,
            LinkBase = request.LinkBase,
            Marks = IncidentMarks.Of(analysis, source, kind),
        };
    }

    private static KeyedCall? CallOf(RaiseAlertCommand request) =>
        request.Key is null
            ? null
            : KeyedCall.Of(
                request.Caller,
                KeyedCallKind.Alert,
                request.Key,
                JsonSerializer.Serialize(request.Incident),
                request.ClipDigest
            );

    private async Task<RaisedAlert?> FindKnownAsync(KeyedCall call) =>
        await calls.FindAsync(call, CancellationToken.None) is { } known
        && await alerts.FindAsync(AlertId.OfStored(known.RequireSame(call).Subject), call.Owner, CancellationToken.None) is { } alert
            ? Known(known, alert)
            : null;

    private RaisedAlert Known(KnownCall known, Alert alert) =>
        new(
            alert,
            known.Answer is null ? AlertAnswer.OfPresent(alert) : JsonSerializer.Deserialize<AlertAnswer>(known.Answer)!,
            links.Of(alert)
        );

    private async Task NoteAnswerAsync(KeyedCall call, RaisedAlert raised)
    {
        try
        {
            using var late = new CancellationTokenSource(NoteWithin, clock);
            await calls.CompleteAsync(call, JsonSerializer.Serialize(raised.Answer), late.Token);
        }
        catch (Exception exception) when (exception is RefusedException or OperationCanceledException)
        {
            // A caller that sends it again hears how the alert stands then.
        }
    }
}
