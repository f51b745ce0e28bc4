using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle.EraseClient;

/// <summary>Erases all that is kept of a client but its number and the sums of what it used (contract §8).</summary>
public sealed record EraseClientCommand(int ClientId) : IRequest<ErasedClient>;

/// <param name="Videos">How many were deleted by this call: one before it may have deleted others.</param>
/// <param name="Alerts">The same of alerts.</param>
public sealed record ErasedClient(int Videos, int Alerts);

internal sealed class EraseClientHandler(
    IClientRecords clients,
    CallerKeys keys,
    Journal<RecordedCall> calls,
    HeldMedia held,
    VideoEraser videos,
    AlertEraser alerts,
    RecordEraser notes,
    TimeProvider clock,
    ILogger<EraseClientHandler> logger
) : IRequestHandler<EraseClientCommand, ErasedClient>
{
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotFound"/>; <see cref="Refusal.Unavailable"/> when something cannot be deleted: all else is.
    /// </exception>
    public async Task<ErasedClient> Handle(EraseClientCommand request, CancellationToken cancellationToken)
    {
        var client = await clients.FindAsync(request.ClientId, cancellationToken) ?? throw ClientRefusals.UnknownClient(request.ClientId);

        // For the bill: what is not written when the erasure begins is written no more.
        await calls.SettleAsync(cancellationToken);

        // Should the server die from here on, or the caller leave, the client is still listed, and the next call goes on.
        await keys.ForgetAfterAsync(BeginAsync(client, cancellationToken));
        held.Erase(client);
        var (videosErased, videosLeft) = await videos.EraseAsync(client, cancellationToken);
        var (alertsErased, mailsLeft) = await alerts.EraseAsync(client, cancellationToken);
        await notes.EraseAsync(client, cancellationToken);
        if (videosLeft + mailsLeft > 0)
            throw ClientRefusals.NotWhollyErased(client.Id, videosLeft, mailsLeft);

        await clients.CompleteErasureAsync(client.Id, clock.GetUtcNow(), cancellationToken);
        logger.ClientErased(client.Id, videosErased, alertsErased);
        return new ErasedClient(videosErased, alertsErased);
    }

    private async Task<bool> BeginAsync(Client client, CancellationToken cancellationToken)
    {
        await clients.BeginErasureAsync(client.Id, clock.GetUtcNow(), cancellationToken);
        return true;
    }
}
