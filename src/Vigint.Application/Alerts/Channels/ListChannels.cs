using MediatR;

namespace Vigint.Application.Alerts.Channels;

/// <summary>By which ways beside the mail a client's alerts go.</summary>
/// <param name="ClientId">0 for the operator.</param>
public sealed record ListChannelsQuery(int ClientId) : IRequest<IReadOnlyList<ClientChannel>>;

internal sealed class ListChannelsHandler(ChannelOwners owners, IChannelRecords records)
    : IRequestHandler<ListChannelsQuery, IReadOnlyList<ClientChannel>>
{
    public async Task<IReadOnlyList<ClientChannel>> Handle(ListChannelsQuery request, CancellationToken cancellationToken) =>
        await records.ListAsync(await owners.OfAsync(request.ClientId, cancellationToken), cancellationToken);
}
