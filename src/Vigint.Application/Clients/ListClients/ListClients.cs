using MediatR;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.ListClients;

/// <summary>Every client with its keys (contract §8).</summary>
public sealed record ListClientsQuery : IRequest<IReadOnlyList<Client>>;

internal sealed class ListClientsHandler(IClientRecords clients) : IRequestHandler<ListClientsQuery, IReadOnlyList<Client>>
{
    public Task<IReadOnlyList<Client>> Handle(ListClientsQuery request, CancellationToken cancellationToken) =>
        clients.ListAsync(cancellationToken);
}
