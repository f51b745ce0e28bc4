using System.Net;
using System.Net.Sockets;

namespace Vigint.TestSupport;

/// <summary>A port on this machine that answers nobody and knows whether somebody came.</summary>
public sealed class Listener : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public Listener() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>An address that leads here.</summary>
    public string Address => $"http://127.0.0.1:{Port}/secret.mp4";

    /// <summary>Whoever connected is there even before it is let in.</summary>
    public bool WasVisited => listener.Pending();

    public void Dispose() => listener.Dispose();
}
