using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Keys;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;

namespace Vigint.Api.Alerts;

/// <summary>By which ways beside the mail a client's alerts go (contract §8), for the administrator. Client 0 is the operator.</summary>
[ApiController]
[Route("admin/clients/{client_id:int}/channels")]
[Authorize(Policies.Administrator)]
public sealed class ChannelsController(IMediator mediator) : ControllerBase
{
    public sealed record WebhookBody(string? Url, string? Secret);

    public sealed record NtfyBody(string? Url)
    {
        /// <summary>Null or empty for none.</summary>
        public string? Token
        {
            get;
            init => (field, HasToken) = (value, true);
        }

        /// <summary>The token is there, whatever it is.</summary>
        internal bool HasToken { get; private init; }
    }

    public sealed record ChannelsBody(IReadOnlyList<WebhookBody>? Webhooks, IReadOnlyList<NtfyBody>? Ntfy);

    /// <param name="Secret">Only in the answer to the call that set it.</param>
    public sealed record WebhookAnswer(string Url, string? Secret);

    public sealed record NtfyAnswer(string Url, bool HasToken);

    public sealed record ChannelsAnswer(bool Success, int ClientId, IReadOnlyList<WebhookAnswer> Webhooks, IReadOnlyList<NtfyAnswer> Ntfy);

    [HttpGet]
    public async Task<ChannelsAnswer> List([FromRoute(Name = "client_id")] int clientId, CancellationToken cancellationToken) =>
        AnswerOf(clientId, await mediator.Send(new ListChannelsQuery(clientId), cancellationToken), showsSecrets: false);

    [HttpPut]
    public async Task<ChannelsAnswer> Set(
        [FromRoute(Name = "client_id")] int clientId,
        ChannelsBody body,
        CancellationToken cancellationToken
    ) =>
        AnswerOf(
            clientId,
            await mediator.Send(
                new SetChannelsCommand(
                    clientId,
                    [.. (body.Webhooks ?? []).Select(one => new WantedChannel(one?.Url, one?.Secret, KeepsSecret: one?.Secret is null))],
                    [
                        .. (body.Ntfy ?? []).Select(one => new WantedChannel(
                            one?.Url,
                            string.IsNullOrEmpty(one?.Token) ? null : one.Token,
                            KeepsSecret: one?.HasToken != true
                        )),
                    ]
                ),
                cancellationToken
            ),
            showsSecrets: true
        );

    private static ChannelsAnswer AnswerOf(int clientId, IReadOnlyList<ClientChannel> channels, bool showsSecrets) =>
        new(
            true,
            clientId,
            [
                .. channels
                    .Where(one => one.Kind == ChannelKind.Webhook)
                    .Select(one => new WebhookAnswer(one.Address, showsSecrets ? one.Secret : null)),
            ],
            [.. channels.Where(one => one.Kind == ChannelKind.Ntfy).Select(one => new NtfyAnswer(one.Address, one.Secret is not null))]
        );
}
