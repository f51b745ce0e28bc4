using Vigint.Domain;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Waits for a database that comes later than the server, and makes it fit to be used; until then calls answer 503.</summary>
internal sealed partial class DatabaseArrival(
    DatabaseStart database,
    DatabaseOptions options,
    IHostApplicationLifetime host,
    TimeProvider clock,
    ILogger<DatabaseArrival> logger
) : BackgroundService
{
    private const string Away = "the database";
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private string? waitsFor;

    /// <summary>Why the server had to stop again; null when it did not.</summary>
    public string? Refusal { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Postgres is null)
            return; // made ready before the server listened
        while (!await TryAsync(stoppingToken))
            await Task.Delay(AgainAfter, clock, stoppingToken);
    }

    // A failure is logged when it begins and when it becomes another one, not every second.
    private async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.RunAsync(stoppingToken);
            Ready(logger);
            return true;
        }
        catch (RefusedException)
        {
            if (waitsFor != Away)
                Waiting(logger, options.Name);
            waitsFor = Away;
            return false;
        }
        catch (MigrationException exception)
        {
            if (waitsFor != exception.Message)
                CannotMigrate(logger, options.Name, exception.Message);
            waitsFor = exception.Message;
            return false;
        }
        catch (StartUpException exception)
        {
            Refusal = exception.Message;
            host.StopApplication();
            return true;
        }
    }

    [LoggerMessage(2310, LogLevel.Information, "The database is ready")]
    private static partial void Ready(ILogger logger);

    [LoggerMessage(2311, LogLevel.Warning, "The database {Name} does not answer; the server waits for it, unhealthy")]
    private static partial void Waiting(ILogger logger, string name);

    [LoggerMessage(
        2312,
        LogLevel.Warning,
        "The database {Name} is not brought up to date: {Reason}; the server tries again every second, unhealthy"
    )]
    private static partial void CannotMigrate(ILogger logger, string name, string reason);
}
