using System.Net;
using System.Net.Sockets;

namespace Vigint.Bench;

/// <summary>
/// Plays a server that Vigint talks to, with a thread for each connection: it shares the cores with what is measured, so it does next to
/// nothing.
/// </summary>
internal abstract class PlayedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    protected PlayedServer()
    {
        listener.Start(backlog: 128);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    /// <summary>Until the other side leaves, which may throw.</summary>
    protected abstract void Serve(Socket socket);

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                socket.NoDelay = true;
                new Thread(() => ServeUntilLeft(socket), maxStackSize: 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The measurement is over.
        }
    }

    private void ServeUntilLeft(Socket socket)
    {
        using var _ = socket;
        try
        {
            Serve(socket);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Whoever was connected has ended.
        }
    }
}
