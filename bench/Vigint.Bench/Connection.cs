using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Vigint.Bench;

/// <summary>
/// One kept-alive HTTP connection over a blocking socket: it shares the cores with the server, so it does next to nothing.
/// </summary>
internal sealed partial class Connection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[256 * 1024];

    public Connection(int port)
    {
        socket.Connect(IPAddress.Loopback, port);
        socket.ReceiveTimeout = socket.SendTimeout = 60_000;
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="pieces">After the head; its length stands in it.</param>
    /// <exception cref="InvalidOperationException">The answer is not of the 200s.</exception>
    public string Ask(byte[] head, params IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Send(head);
        foreach (var piece in pieces)
            Send(piece.Span);
        return Answer(isHead: head.AsSpan().StartsWith("HEAD"u8));
    }

    /// <param name="more">Header lines, each with its line end.</param>
    public static byte[] Head(string method, string address, string more = "") =>
        Encoding.ASCII.GetBytes($"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n");

    /// <summary>The head of what comes next, how much has come by now, and where in it the body begins.</summary>
    /// <exception cref="IOException">The other side closed the connection.</exception>
    public static (string Text, int Have, int BodyStart) ReadHead(Socket socket, byte[] buffer)
    {
        var have = 0;
        int end;
        while ((end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
            have += Receive(socket, buffer.AsSpan(have));
        return (Encoding.ASCII.GetString(buffer, 0, end), have, end + 4);
    }

    /// <returns>Null when the head does not tell the length of its body.</returns>
    public static long? LengthOf(string head)
    {
        const string name = "\r\nContent-Length:";
        var at = head.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var value = head.AsSpan(at + name.Length);
        var end = value.IndexOf('\r');
        return long.Parse(end < 0 ? value : value[..end], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }

    /// <exception cref="IOException">The other side closed the connection.</exception>
    public static int Receive(Socket socket, Span<byte> buffer) =>
        socket.Receive(buffer) is > 0 and var received ? received : throw new IOException("the connection was closed");

    /// <summary>Throws away what comes, without a copy of it (tcp(7), MSG_TRUNC).</summary>
    /// <exception cref="IOException">The other side closed the connection.</exception>
    public static void Discard(Socket socket, long bytes)
    {
        const int msgTrunc = 0x20;
        while (bytes > 0)
            bytes -= NativeReceive((int)socket.Handle, 0, (nint)bytes, msgTrunc) is > 0 and var received
                ? received
                : throw new IOException("the connection was closed");
    }

    public void Dispose() => socket.Dispose();

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint NativeReceive(int socket, nint into, nint length, int flags);

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    private string Answer(bool isHead)
    {
        var (head, have, bodyStart) = ReadHead(socket, buffer);
        if (!head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            throw new InvalidOperationException($"refused: {Encoding.UTF8.GetString(buffer, 0, have)}");

        if (isHead || head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal))
            return "";
        var isText = head.Contains("json", StringComparison.Ordinal);
        if (LengthOf(head) is { } length)
        {
            var left = length - (have - bodyStart);
            while (left > 0 && !isText)
                left -= Receive(0);
            while (left > 0)
            {
                var received = Receive(have);
                have += received;
                left -= received;
            }

            return isText ? Encoding.UTF8.GetString(buffer, bodyStart, (int)length) : "";
        }

        // Chunked: small answers only.
        while (!buffer.AsSpan(bodyStart, have - bodyStart).EndsWith("0\r\n\r\n"u8))
            have += Receive(have);
        return Encoding.UTF8.GetString(buffer, bodyStart, have - bodyStart);
    }

    private int Receive(int at) => Receive(socket, buffer.AsSpan(at));
}
