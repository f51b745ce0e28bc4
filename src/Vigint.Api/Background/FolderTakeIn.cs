using MediatR;
using Vigint.Application.Videos;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Background;

/// <summary>Takes in the storage folder once after the start, while the server already answers; again when that fails.</summary>
internal sealed class FolderTakeIn(DatabaseStart database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<FolderTakeIn> logger)
    : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenDoneAsync(stoppingToken);
        var hasFailed = false;
        while (!await TryAsync(hasFailed, stoppingToken))
        {
            hasFailed = true;
            await Task.Delay(AgainAfter, clock, stoppingToken);
        }
    }

    private async Task<bool> TryAsync(bool hasFailed, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new TakeInFolderCommand(), stoppingToken);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Logged when it begins, not at every attempt.
            if (!hasFailed)
                logger.TakeInFailed(exception);
            return false;
        }
    }
}
