using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Clock;
using Vigint.Application.Health.CheckHealth;

namespace Vigint.Api.Health;

/// <summary>Whether the server can do its work (contract §4), for monitors and platforms; needs no key.</summary>
[ApiController]
[AllowAnonymous]
[AlwaysAnswered]
public sealed class HealthController(IMediator mediator, TimeProvider clock) : ControllerBase
{
    /// <summary>How far the storage folder has been taken in since the start.</summary>
    public sealed record StorageScan([property: OneOf("running", "finished")] string Status, int Done, int Found);

    /// <summary>
    /// Whether the server relies on its clock. In doubt it deletes nothing because of its age, and is as healthy as before.
    /// </summary>
    public sealed record ClockAnswer([property: OneOf("good", "stepped", "unsure")] string Status, double? DeletionsHeldSeconds);

    /// <param name="Timestamp">Seconds since 1970.</param>
    /// <param name="Versions">Of the programs that the server stands on, by service.</param>
    public sealed record HealthAnswer(
        [property: OneOf("healthy", "unhealthy")] string Status,
        double Timestamp,
        string Version,
        IReadOnlyDictionary<string, string> Services,
        IReadOnlyDictionary<string, string> Versions,
        StorageScan StorageScan,
        ClockAnswer Clock
    );

    public sealed record LiveAnswer([property: OneOf("alive")] string Status);

    [HttpGet("api/health")]
    [HttpGet("health")]
    [ProducesResponseType<HealthAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<HealthAnswer>(StatusCodes.Status503ServiceUnavailable)]
    public async Task<ObjectResult> Health(CancellationToken cancellationToken)
    {
        var health = await mediator.Send(new CheckHealthQuery(), cancellationToken);
        var answer = new HealthAnswer(
            health.IsHealthy ? "healthy" : "unhealthy",
            clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0,
            ServerVersion.Text,
            health.Services.ToDictionary(StringComparer.Ordinal),
            health.Versions.ToDictionary(StringComparer.Ordinal),
            new StorageScan(health.TakeIn.IsFinished ? "finished" : "running", health.TakeIn.Done, health.TakeIn.Found),
            ClockOf(health.Clock)
        );
        return StatusCode(health.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer);
    }

    private static ClockAnswer ClockOf(ClockHealth clock) =>
        new(
            clock.State switch
            {
                ClockState.Stepped => "stepped",
                ClockState.Unsure => "unsure",
                _ => "good",
            },
            clock.HeldFor is { } held ? Math.Round(held.TotalSeconds) : null
        );

    /// <summary>Answers as long as the process does.</summary>
    [HttpGet("health/live")]
    public LiveAnswer Live() => new("alive");
}
