using System.Net.Sockets;
using System.Text;

namespace Vigint.Bench;

/// <summary>A mail server that takes every mail at once and forgets it.</summary>
internal sealed class PlayedMailServer : PlayedServer
{
    private int taken;

    public int Taken => Volatile.Read(ref taken);

    protected override void Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
        {
            AutoFlush = true,
            NewLine = "\r\n",
        };
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
}
