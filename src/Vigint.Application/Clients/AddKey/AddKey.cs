using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.AddKey;

/// <summary>Gives a client another key beside those it has, so that one can be replaced without a gap.</summary>
/// <param name="Name">What it is for; null for <c>key</c>.</param>
/// <param name="ExpiresAt">From when on it is refused; null: never.</param>
public sealed record AddKeyCommand(int ClientId, string? Name, string? ExpiresAt) : IRequest<AddedKey>;

/// <param name="Secret">Nobody can show it again.</param>
public sealed record AddedKey(int Id, string Name, DateTimeOffset? ExpiresAt, KeySecret Secret);

internal sealed class AddKeyHandler(IClientRecords clients, CallerKeys keys, TimeProvider clock, ILogger<AddKeyHandler> logger)
    : IRequestHandler<AddKeyCommand, AddedKey>
{
    private const string UsualName = "key";

    public async Task<AddedKey> Handle(AddKeyCommand request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var name = ShortText.Of(request.Name ?? UsualName, "name");
        var expiresAt = UtcTime.Read(request.ExpiresAt);
        if (request.ExpiresAt is not null && !(expiresAt > now))
            throw ClientRefusals.UnusableExpiry();

        var secret = KeySecret.New();
        var key = new NewKey(KeyDigest.Of(secret.Text), name, now, expiresAt);
        var id =
            await keys.ForgetAfterAsync(clients.AddKeyAsync(request.ClientId, key, cancellationToken))
            ?? throw ClientRefusals.UnknownClient(request.ClientId);

        logger.KeyAdded(request.ClientId, id, name);
        return new AddedKey(id, name, expiresAt, secret);
    }
}
