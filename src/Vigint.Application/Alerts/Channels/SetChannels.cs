using FluentValidation;
using MediatR;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.Channels;

/// <summary>Says by which ways beside the mail a client's alerts go, in place of those that were there (contract §8).</summary>
/// <param name="ClientId">0 for the operator.</param>
public sealed record SetChannelsCommand(int ClientId, IReadOnlyList<WantedChannel> Webhooks, IReadOnlyList<WantedChannel> Ntfy)
    : IRequest<IReadOnlyList<ClientChannel>>;

/// <param name="Secret">Null where the caller gives none.</param>
/// <param name="KeepsSecret">What is known of the same address stays.</param>
public sealed record WantedChannel(string? Url, string? Secret, bool KeepsSecret);

internal sealed class SetChannelsValidator : AbstractValidator<SetChannelsCommand>
{
    // Of each kind: every alert goes to all of them.
    private const int Most = 5;

    public SetChannelsValidator()
    {
        RuleFor(c => c.Webhooks).Must(IsFew).OrRefuse(() => ChannelRefusals.TooMany("webhooks", Most));
        RuleFor(c => c.Ntfy).Must(IsFew).OrRefuse(() => ChannelRefusals.TooMany("ntfy", Most));
    }

    private static bool IsFew(IReadOnlyList<WantedChannel> channels) => channels.Count <= Most;
}

internal sealed class SetChannelsHandler(ChannelOwners owners, IChannelRecords records, ChannelOptions options)
    : IRequestHandler<SetChannelsCommand, IReadOnlyList<ClientChannel>>
{
    public async Task<IReadOnlyList<ClientChannel>> Handle(SetChannelsCommand request, CancellationToken cancellationToken)
    {
        var owner = await owners.OfAsync(request.ClientId, cancellationToken);
        var before = await records.ListAsync(owner, cancellationToken);
        ClientChannel[] channels =
        [
            .. request.Webhooks.Select(one => Kept(ClientChannel.Webhook(one.Url, one.Secret, options), one)),
            .. request.Ntfy.Select(one => Kept(ClientChannel.Ntfy(one.Url, one.Secret, options), one)),
        ];
        if (channels.DistinctBy(one => one.Address).Count() < channels.Length)
            throw ChannelRefusals.Twice();
        await records.ReplaceAsync(owner, channels, cancellationToken);
        return channels;

        ClientChannel Kept(ClientChannel made, WantedChannel wanted) =>
            wanted.KeepsSecret && before.FirstOrDefault(one => one.Kind == made.Kind && one.Address == made.Address) is { } known
                ? known
                : made;
    }
}
