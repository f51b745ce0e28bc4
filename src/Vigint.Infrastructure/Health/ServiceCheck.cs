using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Vigint.Infrastructure.Health;

/// <summary>
/// Looks at one of the things that the server needs. The registration says its name, and with its failure status whether the server is
/// unhealthy without it.
/// </summary>
internal abstract class ServiceCheck : IHealthCheck
{
    /// <summary>What the operator should do when it is not up; a sentence.</summary>
    public abstract string Advice { get; }

    /// <summary>Does not throw for what it finds; says it.</summary>
    public abstract Task<ServiceState> CheckAsync(CancellationToken cancellationToken);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = await CheckAsync(cancellationToken);
        var status = state.IsUp ? HealthStatus.Healthy : context.Registration.FailureStatus;
        return new HealthCheckResult(status, state.Text, exception: null, CheckedService.Data(Advice, state.Version));
    }
}

/// <param name="Text">What the answer says: <c>up</c>, or in a few words what is wrong. No path, no secret.</param>
/// <param name="Version">Of a program that is there; null where there is none to tell.</param>
internal sealed record ServiceState(bool IsUp, string Text, string? Version = null)
{
    public static ServiceState Up { get; } = new(true, "up");
}
