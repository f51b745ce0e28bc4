using System.Net;
using System.Net.Sockets;
using Vigint.Application.Alerts.Channels;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Messages;

/// <summary>
/// Posts messages to addresses that clients have named: never into the server's own network, and never on to where they lead.
/// </summary>
internal sealed class OutboundMessages(IHttpClientFactory clients, ChannelOptions options, TimeProvider clock)
{
    /// <summary>Of the client that the factory is asked for.</summary>
    public const string ClientName = "alerts";

    // The Standard Webhooks specification names 15 to 30 seconds.
    private static readonly TimeSpan MayTake = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectingMayTake = TimeSpan.FromSeconds(5);

    /// <returns>With what the other side answered.</returns>
    public async Task<DeliveryOutcome> PostAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        // It was allowed when it was set, and carries a link.
        if (!options.AllowsPrivateAddresses && message.RequestUri!.Scheme != Uri.UriSchemeHttps)
            return new DeliveryOutcome.TryLater("The address begins with http://, and ALERT_PRIVATE_ADDRESSES is off");
        using var limit = new CancellationTokenSource(MayTake, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var said = $"HTTP {(int)answer.StatusCode}";
            return answer switch
            {
                { IsSuccessStatusCode: true } => new DeliveryOutcome.Delivered(said),
                { StatusCode: HttpStatusCode.Gone } => new DeliveryOutcome.GiveUp(said),
                _ => new DeliveryOutcome.TryLater(said),
            };
        }
        catch (HttpRequestException exception)
        {
            return new DeliveryOutcome.TryLater(
                exception.GetBaseException() is PrivateAddressException
                    ? "The name means an address of a private network"
                    : $"No connection: {exception.HttpRequestError}"
            );
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new DeliveryOutcome.TryLater($"No answer within {MayTake.TotalSeconds:0} seconds");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting, which it tells as a cancellation.
            return new DeliveryOutcome.TryLater($"No connection within {ConnectingMayTake.TotalSeconds:0} seconds");
        }
    }

    public static SocketsHttpHandler NewHandler(ChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectingMayTake,
        };
        if (!options.AllowsPrivateAddresses)
            handler.ConnectCallback = ConnectAsync;
        return handler;
    }

    // What is checked is what is connected to: a name that means one machine now and another a moment later gains nothing.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (addresses.Length == 0 || !addresses.All(PublicAddress.Is))
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException() : IOException("A private address");
}
