using System.Text.Json.Serialization;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Application.Clients.AddClient;
using Vigint.Application.Clients.AddKey;
using Vigint.Application.Clients.ListClients;
using Vigint.Application.Clients.ReactivateClient;
using Vigint.Application.Clients.RevokeClient;
using Vigint.Application.Clients.RevokeKey;
using Vigint.Application.Clients.SetLimits;
using Vigint.Application.Lifecycle.EraseClient;
using Vigint.Domain.Clients;

namespace Vigint.Api.Clients;

/// <summary>Clients, their keys and their limits (contract §8), for the administrator.</summary>
[ApiController]
[Route("admin/clients")]
[Authorize(Policies.Administrator)]
public sealed class ClientsController(IMediator mediator, TimeProvider clock) : ControllerBase
{
    private const string ShownOnce = "Store this key now: it is not kept and cannot be shown again";

    public sealed record KeyAnswer(int Id, bool IsActive, string Name, string CreatedAt, string? LastUsedAt, string? ExpiresAt);

    /// <summary>Null is no limit.</summary>
    public sealed record Limits(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? UploadsPerMinute,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? StorageMb,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? AnalysisEurPerMonth
    );

    public sealed record ClientAnswer(int Id, string Name, string Email, string CreatedAt, IReadOnlyList<KeyAnswer> ApiKeys, Limits Limits);

    public sealed record ListAnswer(IReadOnlyList<ClientAnswer> Clients, int Count);

    [HttpGet]
    public async Task<ListAnswer> List(CancellationToken cancellationToken)
    {
        var clients = await mediator.Send(new ListClientsQuery(), cancellationToken);
        return new ListAnswer([.. clients.Select(AnswerOf)], clients.Count);
    }

    public sealed record AddBody(string? Name, string? Email);

    public sealed record AddAnswer(bool Success, int ClientId, string Name, string Email, string ApiKey, string Warning);

    [HttpPost]
    [ProducesResponseType<AddAnswer>(StatusCodes.Status201Created)]
    public async Task<ObjectResult> Add(AddBody body, CancellationToken cancellationToken)
    {
        var added = await mediator.Send(new AddClientCommand(body.Name, body.Email), cancellationToken);
        return StatusCode(
            StatusCodes.Status201Created,
            new AddAnswer(true, added.Id, added.Name, added.Email.Text, added.Key.Text, ShownOnce)
        );
    }

    public sealed record RevokeAnswer(bool Success, int ClientId, string ClientName, int RevokedCount, string Message);

    [HttpPost("{client_id:int}/revoke")]
    public async Task<RevokeAnswer> Revoke([FromRoute(Name = "client_id")] int clientId, CancellationToken cancellationToken)
    {
        var (name, count) = await mediator.Send(new RevokeClientCommand(clientId), cancellationToken);
        return new RevokeAnswer(
            true,
            clientId,
            name,
            count,
            count == 0 ? "There was no key to revoke" : $"{count} revoked; refused from the next request on"
        );
    }

    public sealed record ReactivateAnswer(bool Success, int ClientId, string ClientName, int ReactivatedCount, string Message);

    [HttpPost("{client_id:int}/reactivate")]
    public async Task<ReactivateAnswer> Reactivate([FromRoute(Name = "client_id")] int clientId, CancellationToken cancellationToken)
    {
        var (name, count) = await mediator.Send(new ReactivateClientCommand(clientId), cancellationToken);
        return new ReactivateAnswer(true, clientId, name, count, count == 0 ? "There was no key to reactivate" : $"{count} reactivated");
    }

    public sealed record EraseAnswer(bool Success, int ClientId, int VideosDeleted, int AlertsDeleted, string Message);

    [HttpDelete("{client_id:int}")]
    public async Task<EraseAnswer> Erase([FromRoute(Name = "client_id")] int clientId, CancellationToken cancellationToken)
    {
        var (videos, alerts) = await mediator.Send(new EraseClientCommand(clientId), cancellationToken);
        return new EraseAnswer(true, clientId, videos, alerts, "Nothing is left but the number and the sums of what was used");
    }

    public sealed record AddKeyBody(string? Name, string? ExpiresAt);

    public sealed record AddKeyAnswer(bool Success, int ClientId, int KeyId, string Name, string? ExpiresAt, string ApiKey, string Warning);

    [HttpPost("{client_id:int}/keys")]
    [ProducesResponseType<AddKeyAnswer>(StatusCodes.Status201Created)]
    public async Task<ObjectResult> AddKey(
        [FromRoute(Name = "client_id")] int clientId,
        AddKeyBody body,
        CancellationToken cancellationToken
    )
    {
        var key = await mediator.Send(new AddKeyCommand(clientId, body.Name, body.ExpiresAt), cancellationToken);
        return StatusCode(
            StatusCodes.Status201Created,
            new AddKeyAnswer(true, clientId, key.Id, key.Name, TimeOf(key.ExpiresAt), key.Secret.Text, ShownOnce)
        );
    }

    public sealed record RevokeKeyAnswer(bool Success, int ClientId, string ClientName, int KeyId, int RevokedCount, string Message);

    [HttpPost("{client_id:int}/keys/{key_id:int}/revoke")]
    public async Task<RevokeKeyAnswer> RevokeKey(
        [FromRoute(Name = "client_id")] int clientId,
        [FromRoute(Name = "key_id")] int keyId,
        CancellationToken cancellationToken
    )
    {
        var key = await mediator.Send(new RevokeKeyCommand(clientId, keyId), cancellationToken);
        return new RevokeKeyAnswer(
            true,
            clientId,
            key.ClientName,
            keyId,
            key.WasActive ? 1 : 0,
            key.WasActive ? "Revoked for good; refused from the next request on" : "It was revoked before"
        );
    }

    public sealed record SetLimitsAnswer(bool Success, int ClientId, string ClientName, Limits Limits);

    [HttpPut("{client_id:int}/limits")]
    public async Task<SetLimitsAnswer> SetLimits(
        [FromRoute(Name = "client_id")] int clientId,
        Limits body,
        CancellationToken cancellationToken
    )
    {
        var limits = new ClientLimits(
            body.UploadsPerMinute,
            body.StorageMb is { } megabytes ? Units.Bytes(megabytes) : null,
            body.AnalysisEurPerMonth
        );
        var client = await mediator.Send(new SetLimitsCommand(clientId, limits), cancellationToken);
        return new SetLimitsAnswer(true, client.Id, client.Name, LimitsOf(client.Limits));
    }

    private ClientAnswer AnswerOf(Client client)
    {
        var now = clock.GetUtcNow();
        var keys = client.Keys.Select(key => new KeyAnswer(
            key.Id,
            key.IsActive(now),
            key.Name,
            WireTime.Of(key.CreatedAt),
            TimeOf(key.LastUsedAt),
            TimeOf(key.ExpiresAt)
        ));
        return new ClientAnswer(
            client.Id,
            client.Name,
            client.Email.Text,
            WireTime.Of(client.CreatedAt),
            [.. keys],
            LimitsOf(client.Limits)
        );
    }

    private static Limits LimitsOf(ClientLimits limits) =>
        new(limits.UploadsPerMinute, limits.StorageBytes is { } bytes ? Units.Megabytes(bytes) : null, limits.AnalysisEuroPerMonth);

    private static string? TimeOf(DateTimeOffset? time) => time is { } known ? WireTime.Of(known) : null;
}
