using System.Net.Sockets;
using System.Text;

namespace Vigint.Infrastructure.Mails;

/// <summary>
/// Asks a mail server whether it lets anybody in at all. A 550 or 554 may be about one mail or about everybody who comes from this
/// address, and the framework does not tell at which of the two it came.
/// </summary>
internal static class SmtpGreeting
{
    /// <returns>False when it does not greet, or greets with a refusal.</returns>
    public static async Task<bool> IsWelcomeAsync(SmtpOptions server, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            if (!await AgreesAsync(reader, cancellationToken))
                return false;
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"EHLO {Environment.MachineName}\r\n"), cancellationToken);
            var isWelcome = await AgreesAsync(reader, cancellationToken);
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);
            return isWelcome;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    // Of an answer of several lines all but the last have a hyphen after the code.
    private static async Task<bool> AgreesAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length < 4 || line[3] != '-')
                return line.StartsWith('2');
        }

        return false;
    }
}
