using System.Net;
using System.Net.Sockets;

namespace Vigint.Api.Settings;

/// <summary>
/// Whether the server can listen, asked before it does anything else: found out by the web server, it costs a log full of stack traces.
/// </summary>
internal static class PortCheck
{
    /// <exception cref="SocketException">It cannot.</exception>
    public static void Require(ListeningOptions listen)
    {
        using var socket = new Socket(listen.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(listen.Address, listen.Port));
        socket.Listen();
    }
}
