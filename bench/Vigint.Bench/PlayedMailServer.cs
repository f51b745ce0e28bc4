using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vigint.Bench;

/// <summary>A mail server on this machine that takes every mail at once and forgets it.</summary>
internal sealed class PlayedMailServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int taken;

    public PlayedMailServer()
    {
        listener.Start(backlog: 128);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port { get; }

    public int Taken => Volatile.Read(ref taken);

    public void Dispose() => listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                socket.NoDelay = true;
                new Thread(() => Serve(socket), maxStackSize: 256 * 1024) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The measurement is over.
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\r\n" };
            writer.WriteLine("220 bench");
            for (var line = reader.ReadLine(); line is not null; line = reader.ReadLine())
            {
                if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                {
                    writer.WriteLine("354 go on");
                    while (reader.ReadLine() is { } text && text != ".")
                    {
                        // It is not kept.
                    }

                    Interlocked.Increment(ref taken);
                }

                writer.WriteLine("250 ok");
            }
        }
        catch (IOException)
        {
            // Whoever was connected has ended.
        }
    }
}
