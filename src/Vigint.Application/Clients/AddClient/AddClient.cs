using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.AddClient;

/// <summary>Adds a client with its first key (contract §8).</summary>
public sealed record AddClientCommand(string? Name, string? Email) : IRequest<AddedClient>;

/// <param name="Key">Nobody can show it again.</param>
public sealed record AddedClient(int Id, string Name, EmailAddress Email, KeySecret Key);

internal sealed class AddClientValidator : AbstractValidator<AddClientCommand>
{
    public AddClientValidator()
    {
        RuleFor(c => c.Name).Must(name => !string.IsNullOrWhiteSpace(name)).OrRefuse(ClientRefusals.NameAndEmailRequired);
        RuleFor(c => c.Email).Must(email => !string.IsNullOrWhiteSpace(email)).OrRefuse(ClientRefusals.NameAndEmailRequired);
    }
}

internal sealed class AddClientHandler(IClientRecords clients, CallerKeys keys, TimeProvider clock, ILogger<AddClientHandler> logger)
    : IRequestHandler<AddClientCommand, AddedClient>
{
    private const string FirstKeysName = "default";

    public async Task<AddedClient> Handle(AddClientCommand request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var name = ShortText.Of(request.Name!, "name");
        var email = EmailAddress.Parse(request.Email!);
        var key = KeySecret.New();
        var id = await keys.ForgetAfterAsync(
            clients.AddAsync(
                new NewClient(Guid.NewGuid().ToString("N"), name, email, now),
                new NewKey(KeyDigest.Of(key.Text), FirstKeysName, now, ExpiresAt: null),
                cancellationToken
            )
        );

        logger.ClientAdded(id, name);
        return new AddedClient(id, name, email, key);
    }
}
