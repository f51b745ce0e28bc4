using MediatR;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Application.Health.CheckHealth;

namespace Vigint.Api.Health;

/// <summary>Whether the server can do its work (contract §4), for monitors and platforms; needs no key.</summary>
[ApiController]
[Needs(KeyKind.None)]
[AlwaysAnswered]
public sealed class HealthController(IMediator mediator, TimeProvider clock) : ControllerBase
{
    /// <summary>How far the storage folder has been taken in since the start.</summary>
    public sealed record StorageScan([property: OneOf("running", "finished")] string Status, int Done, int Found);

    /// <param name="Timestamp">Seconds since 1970.</param>
    /// <param name="Versions">Of the programs that the server stands on, by service.</param>
    public sealed record HealthAnswer(
        [property: OneOf("healthy", "unhealthy")] string Status, double Timestamp, string Version, IReadOnlyDictionary<string, string> Services, IReadOnlyDictionary<string, string> Versions,
        StorageScan StorageScan);

    public sealed record LiveAnswer([property: OneOf("alive")] string Status);

    [HttpGet("api/health")]
    [HttpGet("health")]
    [ProducesResponseType<HealthAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<HealthAnswer>(StatusCodes.Status503ServiceUnavailable)]
    public async Task<ObjectResult> Health(CancellationToken cancellationToken)
    {
        var health = await mediator.Send(new CheckHealthQuery(), cancellationToken);
        var answer = new HealthAnswer(
            health.IsHealthy ? "healthy" : "unhealthy", clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, ServerVersion.Text,
            health.Services.ToDictionary(StringComparer.Ordinal), health.Versions.ToDictionary(StringComparer.Ordinal),
            new StorageScan(health.TakeIn.IsFinished ? "finished" : "running", health.TakeIn.Done, health.TakeIn.Found));
        return StatusCode(health.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer);
    }

    /// <summary>Answers as long as the process does.</summary>
    [HttpGet("health/live")]
    public LiveAnswer Live() => new("alive");
}
