using System.Net;
using Microsoft.AspNetCore.Connections;
using Vigint.Api.Errors;
using Vigint.Api.Settings;
using Vigint.Application.Common;

namespace Vigint.Api.Http;

/// <summary>
/// Marks what is answered however many connections there are: health, which platforms and monitors ask for (contract §4), and alerts,
/// which are never refused.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AlwaysAnsweredAttribute : Attribute;

/// <summary>
/// Keeps one address from taking all connections (contract, common to all calls, connections). Connections beyond the bounds are spare
/// ones: on them health and alerts are answered, everything else is refused, and they are closed soon. When there are too many of these
/// the oldest is closed, so that the next one always gets in.
/// </summary>
internal sealed partial class ConnectionLimits(
    ConnectionOptions options,
    ProxyOptions proxies,
    TimeProvider clock,
    ILogger<ConnectionLimits> logger
)
{
    /// <summary>Connections beyond the bounds.</summary>
    public const int MostSpare = 64;

    private const int MostSpareOfOne = 8;

    private static readonly TimeSpan SpareLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WarnedAgainAfter = TimeSpan.FromMinutes(10);

    private readonly AddressCounts ordinary = new(ConnectionOptions.MostInAll, options.MostPerAddress);

    // Counted apart, so that other callers never use up the places of a trusted proxy.
    private readonly AddressCounts ofProxies = new(ConnectionOptions.MostInAll, ConnectionOptions.MostInAll);
    private readonly AddressCounts requests = new(ConnectionOptions.MostInAll, options.MostPerAddress);
    private readonly Lock gate = new();

    // The oldest first.
    private readonly LinkedList<Place> spare = [];
    private long? warnedAt;

    /// <summary>Gives each connection its place, before anything of it is read.</summary>
    public async Task EnterAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;

        // Nobody but the platform's own proxy reaches the port there.
        var isProxys = proxies.IsOnPlatform || proxies.Trusted.Hold(address);
        using var counted = isProxys ? ofProxies.TryEnter(null) : ordinary.TryEnter(address);
        if (counted is not null)
        {
            connection.Features.Set(new Place(connection, address, isSpare: false, isProxys));
            await next(connection);
            return;
        }

        var place = new Place(connection, address, isSpare: true, isProxys);
        TakeSpare(place);
        try
        {
            using var life = new CancellationTokenSource(SpareLife, clock);
            await using var end = life.Token.Register(place.Close);
            connection.Features.Set(place);
            await next(connection);
        }
        finally
        {
            lock (gate)
                spare.Remove(place);
        }
    }

    /// <summary>Answers a request as its connection, and what its caller has under way behind a proxy, allow.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var place = context.Features.Get<Place>();
        if (place is { IsSpare: true })
            context.Response.OnStarting(static response => CloseAfter((HttpResponse)response), context.Response);
        if (context.GetEndpoint()?.Metadata.GetMetadata<AlwaysAnsweredAttribute>() is not null)
        {
            await next(context);
            return;
        }

        if (place is { IsSpare: true })
            throw RequestRefusals.TooManyConnections(options.MostPerAddress, AgainAfter);
        using var counted = CountBehindProxy(context, place);
        await next(context);
    }

    private static Task CloseAfter(HttpResponse response)
    {
        response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    // Of a caller behind a proxy the connections are the proxy's: its requests are counted.
    private IDisposable? CountBehindProxy(HttpContext context, Place? place)
    {
        var caller = context.Connection.RemoteIpAddress;
        if (place is not { IsProxys: true } || proxies.Trusted.Hold(caller))
            return null;
        return requests.TryEnter(caller) ?? throw RequestRefusals.TooManyConnections(options.MostPerAddress, AgainAfter);
    }

    private void TakeSpare(Place place)
    {
        Place? leaving = null;
        var warns = false;
        lock (gate)
        {
            var ofOne = spare.Where(one => Equals(one.Network, place.Network)).ToList();
            if (ofOne.Count >= MostSpareOfOne)
                leaving = ofOne[0];
            else if (spare.Count >= MostSpare)
                leaving = spare.First!.Value;
            if (leaving is not null)
                spare.Remove(leaving);
            spare.AddLast(place);
            if (warnedAt is not { } at || clock.GetElapsedTime(at) >= WarnedAgainAfter)
                (warns, warnedAt) = (true, clock.GetTimestamp());
        }

        leaving?.Close();
        if (warns)
            Full(logger, place.Network, options.MostPerAddress, ConnectionOptions.MostInAll);
    }

    [LoggerMessage(
        2110,
        LogLevel.Warning,
        "Connections are refused, the first of them from {Address}: {MostPerAddress} of one address and {MostInAll} in all are taken "
            + "at once. "
            + "Where a proxy has this address, name it in TRUSTED_PROXIES; else MAX_CONNECTIONS_PER_ADDRESS is the bound"
    )]
    private static partial void Full(ILogger logger, IPAddress? address, int mostPerAddress, int mostInAll);

    /// <summary>What a connection may do.</summary>
    /// <param name="isSpare">It is one beyond the bounds.</param>
    /// <param name="isProxys">It is from a proxy that is trusted.</param>
    private sealed class Place(ConnectionContext connection, IPAddress? address, bool isSpare, bool isProxys)
    {
        public IPAddress? Network { get; } = address is null ? null : CallerNetwork.Of(address);

        public bool IsSpare => isSpare;

        public bool IsProxys => isProxys;

        public void Close() => connection.Abort(new ConnectionAbortedException("There are too many connections."));
    }
}
