using System.Net;
using System.Net.Sockets;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients;

/// <summary>Slows down whoever sends wrong keys again and again. Familiar keys never wait, for many shops may share an address.</summary>
public sealed class WrongKeys(TimeProvider clock)
{
    /// <summary>Wrong keys that are answered at once; after them one per second.</summary>
    public const int AtOnce = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Pace<IPAddress> pace = new(clock);

    /// <summary>To be asked before an unfamiliar key is looked up: who floods is not worth the look.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when too many already wait.</exception>
    public void RefuseFlood(IPAddress? from)
    {
        if (from is not null && pace.Look(NetworkOf(from), AtOnce, Interval) is var wait && wait > LongestWait)
            throw ClientRefusals.TooManyWrongKeys(wait);
    }

    /// <summary>Waits until the wrong key may be answered.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.TooMany"/> when too many already wait.</exception>
    public async Task WaitAsync(IPAddress? from, CancellationToken cancellationToken)
    {
        if (from is null)
            return;
        var wait = pace.Take(NetworkOf(from), AtOnce, Interval, LongestWait);
        if (wait > LongestWait)
            throw ClientRefusals.TooManyWrongKeys(wait);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }

    // With IPv6 a subscriber has at least a /64 of addresses (RFC 6177).
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
