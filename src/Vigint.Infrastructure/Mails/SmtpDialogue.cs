using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Vigint.Infrastructure.Mails;

/// <summary>A mail server said no.</summary>
internal sealed class SmtpRefusedException(string answer) : Exception(answer);

/// <summary>As much of a conversation with a mail server as comes before a mail (RFC 5321, 3207, 4954).</summary>
internal sealed class SmtpDialogue : IAsyncDisposable
{
    private const int Ready = 220;
    private const int Ok = 250;
    private const int LoggedIn = 235;
    private const int GoOn = 334;

    private readonly TcpClient connection;
    private Stream stream;
    private StreamReader reader;

    private SmtpDialogue(TcpClient connection)
    {
        this.connection = connection;
        stream = connection.GetStream();
        reader = NewReader(stream);
    }

    /// <exception cref="SmtpRefusedException">It does not want to talk to this machine.</exception>
    public static async Task<SmtpDialogue> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(host, port, cancellationToken);
            var dialogue = new SmtpDialogue(connection);
            await dialogue.ExpectAsync(Ready, cancellationToken);
            await dialogue.GreetAsync(cancellationToken);
            return dialogue;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="SmtpRefusedException">It does not encrypt.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">
    /// Its certificate is not that host's, or not trusted.
    /// </exception>
    public async Task EncryptAsync(string host, CancellationToken cancellationToken)
    {
        await SayAsync("STARTTLS", Ready, cancellationToken);
        var encrypted = new SslStream(stream);
        stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        reader = NewReader(stream);
        await GreetAsync(cancellationToken);
    }

    /// <summary>With LOGIN, which is what mail is sent with later.</summary>
    /// <exception cref="SmtpRefusedException">The account is not let in.</exception>
    public async Task LogInAsync(string user, string password, CancellationToken cancellationToken)
    {
        await SayAsync("AUTH LOGIN", GoOn, cancellationToken);
        await SayAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(user)), GoOn, cancellationToken);
        await SayAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(password)), LoggedIn, cancellationToken);
    }

    /// <summary>Says that nothing more comes; the answer is not waited for.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken) => await stream.WriteAsync("QUIT\r\n"u8.ToArray(), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        connection.Dispose();
    }

    private static StreamReader NewReader(Stream stream) => new(stream, Encoding.Latin1);

    private Task GreetAsync(CancellationToken cancellationToken) => SayAsync($"EHLO {Environment.MachineName}", Ok, cancellationToken);

    private async Task SayAsync(string line, int expected, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n"), cancellationToken);
        await ExpectAsync(expected, cancellationToken);
    }

    // Of an answer of several lines all but the last have a hyphen after the code.
    private async Task ExpectAsync(int expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The mail server ended the connection.");
            if (line is [_, _, _, '-', ..])
                continue;
            if (!line.StartsWith($"{expected}", StringComparison.Ordinal))
                throw new SmtpRefusedException(line);
            return;
        }
    }
}
