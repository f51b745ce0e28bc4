using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Application.Usage;
using Vigint.Application.Usage.ShowUsage;
using Vigint.Application.Usage.ShowUsageOfAll;

namespace Vigint.Api.Usage;

/// <summary>What was called and what it cost (contract §7): by one's own key, and for the administrator by everybody.</summary>
[ApiController]
public sealed class UsageController(IMediator mediator) : ControllerBase
{
    /// <param name="Cost">In euro.</param>
    public sealed record CallAnswer(string Timestamp, string Endpoint, string Method, int StatusCode, decimal Cost);

    /// <param name="Day">UTC.</param>
    public sealed record DayAnswer(string Day, string Endpoint, long Calls, decimal Cost);

    /// <summary>What a model was asked, and what that cost the operator.</summary>
    public sealed record ModelAnswer(string Model, long Calls, long InputTokens, long OutputTokens, decimal CostEur);

    /// <param name="UsageCount">Calls on this page.</param>
    /// <param name="Models">Of the client, with whichever of its keys.</param>
    /// <param name="NextCursor">Null on the last page.</param>
    public sealed record UsageAnswer(
        int ApiKeyId,
        string ClientName,
        int UsageCount,
        IReadOnlyList<CallAnswer> Usage,
        IReadOnlyList<DayAnswer> Summary,
        IReadOnlyList<ModelAnswer> Models,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor
    );

    [HttpGet("api/usage")]
    [ProducesResponseType<UsageAnswer>(StatusCodes.Status200OK)]
    [Authorize(Policies.Caller)]
    public async Task<IActionResult> Usage(
        [FromQuery] string? from,
        [FromQuery] string? to,
        [FromQuery] string? cursor,
        CancellationToken cancellationToken
    )
    {
        var caller = HttpContext.Caller();
        var shown = await mediator.Send(new ShowUsageQuery(caller, from, to, cursor), cancellationToken);
        var calls = shown
            .Calls.Select(call => new CallAnswer(WireTime.Of(call.At), call.Endpoint, call.Method, call.StatusCode, call.Cost))
            .ToList();
        if (!Csv.IsWanted(Request))
        {
            return Ok(
                new UsageAnswer(
                    caller.KeyId,
                    caller.ClientName,
                    calls.Count,
                    calls,
                    [.. shown.Days.Select(AnswerOf)],
                    [.. shown.Models.Select(AnswerOf)],
                    shown.NextCursor
                )
            );
        }

        await Csv.WriteAsync(Response, shown.Days.Select(AnswerOf), cancellationToken);
        return new EmptyResult();
    }

    /// <summary>A line of a bill.</summary>
    public sealed record BillAnswer(int ClientId, string? ClientName, string Day, string Endpoint, long Calls, decimal Cost);

    /// <param name="Cost">In euro.</param>
    public sealed record ClientUsageAnswer(
        int ClientId,
        string? ClientName,
        long Calls,
        decimal Cost,
        IReadOnlyList<DayAnswer> Summary,
        IReadOnlyList<ModelAnswer> Models
    );

    public sealed record AllUsageAnswer(
        string From,
        string To,
        IReadOnlyList<ClientUsageAnswer> Clients,
        int Count,
        long Calls,
        decimal Cost
    );

    [HttpGet("admin/usage")]
    [ProducesResponseType<AllUsageAnswer>(StatusCodes.Status200OK)]
    [Authorize(Policies.Administrator)]
    public async Task<IActionResult> UsageOfAll([FromQuery] string? from, [FromQuery] string? to, CancellationToken cancellationToken)
    {
        var (period, days, models) = await mediator.Send(new ShowUsageOfAllQuery(from, to), cancellationToken);
        if (Csv.IsWanted(Request))
        {
            var lines = days.Select(line => new BillAnswer(
                line.ClientId,
                line.ClientName,
                WireTime.DayOf(line.Usage.Day),
                line.Usage.Endpoint,
                line.Usage.Calls,
                line.Usage.Cost
            ));
            await Csv.WriteAsync(Response, lines, cancellationToken);
            return new EmptyResult();
        }

        var modelsOf = models.ToLookup(line => (line.ClientId, line.ClientName));
        var daysOf = days.ToLookup(line => (line.ClientId, line.ClientName));
        var all = daysOf.Select(client => client.Key).Union(modelsOf.Select(client => client.Key)).OrderBy(client => client.ClientId);
        var clients = all.Select(client => new ClientUsageAnswer(
                client.ClientId,
                client.ClientName,
                daysOf[client].Sum(line => line.Usage.Calls),
                daysOf[client].Sum(line => line.Usage.Cost),
                [.. daysOf[client].Select(line => AnswerOf(line.Usage))],
                [.. modelsOf[client].Select(line => AnswerOf(line.Usage))]
            ))
            .ToList();
        return Ok(
            new AllUsageAnswer(
                WireTime.Of(period.From),
                WireTime.Of(period.To),
                clients,
                clients.Count,
                clients.Sum(one => one.Calls),
                clients.Sum(one => one.Cost)
            )
        );
    }

    private static ModelAnswer AnswerOf(UsageOfModel model) =>
        new(model.Model, model.Calls, model.InputTokens, model.OutputTokens, model.Cost);

    private static DayAnswer AnswerOf(UsageOfDay day) => new(WireTime.DayOf(day.Day), day.Endpoint, day.Calls, day.Cost);
}
