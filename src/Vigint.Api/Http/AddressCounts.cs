using System.Net;
using Vigint.Application.Common;

namespace Vigint.Api.Http;

/// <summary>
/// Counts what callers do at the same moment, in all and by address (with IPv6 by /64). What has ended is forgotten, so the table never
/// has more entries than that.
/// </summary>
/// <param name="most">In all.</param>
/// <param name="mostOfOne">Of one address.</param>
internal sealed class AddressCounts(int most, int mostOfOne)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> ofOne = [];
    private int all;

    /// <param name="address">Null: counts in all alone.</param>
    /// <returns>To be disposed at its end; null when there are too many.</returns>
    public IDisposable? TryEnter(IPAddress? address)
    {
        var network = address is null ? null : CallerNetwork.Of(address);
        lock (gate)
        {
            if (all >= most || (network is not null && ofOne.GetValueOrDefault(network) >= mostOfOne))
                return null;
            all++;
            if (network is not null)
                ofOne[network] = ofOne.GetValueOrDefault(network) + 1;
        }

        return new Counted(this, network);
    }

    private void Leave(IPAddress? network)
    {
        lock (gate)
        {
            all--;
            if (network is not null && --ofOne[network] == 0)
                ofOne.Remove(network);
        }
    }

    private sealed class Counted(AddressCounts counts, IPAddress? network) : IDisposable
    {
        private int hasLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref hasLeft, 1) == 0)
                counts.Leave(network);
        }
    }
}
