using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Clock;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Infrastructure.Health;

namespace Vigint.Api.Health;

/// <summary>Whether the server can do its work (contract §4), for monitors and platforms; needs no key.</summary>
[ApiController]
[AllowAnonymous]
[AlwaysAnswered]
public sealed class HealthController(HealthCheckService health, TakeInProgress takeIn, ClockWatch watch, TimeProvider clock)
    : ControllerBase
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
        var report = await health.CheckHealthAsync(cancellationToken);
        var isHealthy = report.Status != HealthStatus.Unhealthy;
        var answer = new HealthAnswer(
            isHealthy ? "healthy" : "unhealthy",
            clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0,
            ServerVersion.Text,
            report.Entries.ToDictionary(one => one.Key, one => one.Value.Text(), StringComparer.Ordinal),
            report
                .Entries.Where(one => one.Value.Version() is not null)
                .ToDictionary(one => one.Key, one => one.Value.Version()!, StringComparer.Ordinal),
            new StorageScan(takeIn.IsFinished ? "finished" : "running", takeIn.Done, takeIn.Found),
            ClockOf(watch.Health)
        );
        return StatusCode(isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, answer);
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
