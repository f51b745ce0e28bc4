using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>A bare TCP connection, for clients that do what HttpClient never would.</summary>
public sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly TcpClient client;

    private RawConnection(TcpClient client) => this.client = client;

    /// <param name="from">
    /// The address that it comes from, of this machine: each one in 127.0.0.0/8 is another to the server. Null for the usual one.
    /// </param>
    public static async Task<RawConnection> OpenAsync(Uri address, string? from = null)
    {
        var connection = new RawConnection(from is null ? new TcpClient() : new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)));
        await connection.client.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Longest);
        await client.GetStream().WriteAsync(bytes, limit.Token);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads one answer, however its end is told.</summary>
    /// <returns>The status and the body; the body of a chunked answer still has its chunk sizes in it.</returns>
    public async Task<(int Status, string Body)> ReadAnswerAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        var stream = client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (!IsWhole(text.ToString()))
        {
            var read = await stream.ReadAsync(buffer, limit.Token);
            if (read == 0)
                break;
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        var answer = text.ToString();
        return answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            ? (
                int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture),
                answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]
            )
            : throw new InvalidOperationException($"No HTTP answer: '{answer}'");
    }

    /// <summary>Reads and forgets what comes until the server closes the connection.</summary>
    public async Task ClosedAsync()
    {
        using var limit = new CancellationTokenSource(Longest);
        var buffer = new byte[16 * 1024];
        try
        {
            while (await client.GetStream().ReadAsync(buffer, limit.Token) > 0)
            {
                // What came does not matter.
            }
        }
        catch (IOException)
        {
            // Closed without a farewell.
        }
    }

    public void Dispose() => client.Dispose();

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        if (answer.StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
            return true;
        const string length = "Content-Length:";
        var line = answer[..end].Split("\r\n").FirstOrDefault(one => one.StartsWith(length, StringComparison.OrdinalIgnoreCase));
        return line is null
            ? answer.EndsWith("0\r\n\r\n", StringComparison.Ordinal)
            : Encoding.UTF8.GetByteCount(answer[(end + 4)..]) >= int.Parse(line.AsSpan(length.Length), CultureInfo.InvariantCulture);
    }
}
