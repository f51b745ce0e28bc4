using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Text;

namespace Vigint.TestSupport;

/// <summary>One conversation of <see cref="FakeSmtp"/>.</summary>
internal sealed class FakeSmtpTalk(FakeSmtp smtp, Stream stream) : IAsyncDisposable
{
    private const string Ok = "250 OK";

    private readonly List<string> recipients = [];
    private Stream stream = stream;
    private PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    private bool isEncrypted;
    private string? user;
    private string? sender;

    public async Task RunAsync()
    {
        var goesOn = await AnswerAsync(SmtpStep.Greeting, "220 fake.example ESMTP");
        while (goesOn && await ReadLineAsync() is { } line)
        {
            smtp.Note(line.StartsWith("AUTH PLAIN ", StringComparison.OrdinalIgnoreCase) ? "AUTH PLAIN" : line);
            goesOn = await ObeyAsync(line, line.Split(' ')[0].ToUpperInvariant());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await reader.CompleteAsync();
        await stream.DisposeAsync();
    }

    /// <returns>False when the conversation is over.</returns>
    private Task<bool> ObeyAsync(string line, string verb) =>
        verb switch
        {
            "EHLO" or "HELO" => AnswerAsync(SmtpStep.Hello, Abilities()),
            "STARTTLS" when smtp.OffersTls && !isEncrypted => EncryptAsync(),
            "AUTH" when smtp.Account is not null => LogInAsync(line.Split(' ')),
            "MAIL" when smtp.Account is not null && user is null => SayAsync("530 5.7.0 Authentication required"),
            "MAIL" => AnswerAsync(SmtpStep.Sender, Ok, () => (sender, _) = (AddressIn(line), Forget())),
            "RCPT" when sender is null => SayAsync("503 5.5.1 MAIL first"),
            "RCPT" => AnswerAsync(SmtpStep.Recipient, Ok, () => recipients.Add(AddressIn(line))),
            "DATA" when recipients.Count == 0 => SayAsync("503 5.5.1 RCPT first"),
            "DATA" => TakeMailAsync(),
            "RSET" => AnswerAsync(SmtpStep.Reset, Ok, () => Forget()),
            "NOOP" => SayAsync(Ok),
            "QUIT" => QuitAsync(),
            _ => SayAsync("502 5.5.1 Command not implemented"),
        };

    private string Abilities()
    {
        List<string> abilities = ["fake.example", "8BITMIME", "SIZE 35882577"];
        if (smtp.OffersTls && !isEncrypted)
            abilities.Add("STARTTLS");
        if (smtp.Account is not null)
            abilities.Add("AUTH LOGIN PLAIN");
        return string.Join("\r\n", abilities.Select((ability, at) => $"250{(at < abilities.Count - 1 ? '-' : ' ')}{ability}"));
    }

    private async Task<bool> EncryptAsync()
    {
        var begins = false;
        var goesOn = await AnswerAsync(SmtpStep.StartTls, "220 Ready to start TLS", () => begins = true);
        if (!begins)
            return goesOn;

        await reader.CompleteAsync();
        var encrypted = new SslStream(stream);
        stream = encrypted;
        await encrypted.AuthenticateAsServerAsync(smtp.Certificate);
        reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        isEncrypted = true;
        return true;
    }

    private async Task<bool> LogInAsync(string[] words)
    {
        string name,
            password;
        if (words is [_, "PLAIN" or "plain", var both])
        {
            var parts = Decode(both).Split('\0');
            (name, password) = (parts[1], parts[2]);
        }
        else
        {
            name = words.Length > 2 ? Decode(words[2]) : Decode(await AskAsync("334 VXNlcm5hbWU6"));
            password = Decode(await AskAsync("334 UGFzc3dvcmQ6"));
        }

        return (name, password) == smtp.Account
            ? await AnswerAsync(SmtpStep.Login, "235 2.7.0 Authentication successful", () => user = name)
            : await SayAsync("535 5.7.8 Authentication credentials invalid");
    }

    private async Task<bool> TakeMailAsync()
    {
        var begins = false;
        var goesOn = await AnswerAsync(SmtpStep.Data, "354 End data with <CR><LF>.<CR><LF>", () => begins = true);
        if (!begins)
            return goesOn;

        var text = new StringBuilder();
        while (true)
        {
            if (await ReadLineAsync() is not { } line)
                return false; // went away in the middle: nothing was sent
            if (line == ".")
                break;
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        var mail = new SentMail(sender!, [.. recipients], text.ToString(), isEncrypted, user);
        Forget();

        await smtp.ReachAsync(SmtpStep.Body);
        var isScripted = smtp.TryNext(SmtpStep.Body, out var reply);
        if (!isScripted || reply?.StartsWith('2') != false)
            smtp.Keep(mail);
        return isScripted ? reply is not null && await SayAsync(reply) : await SayAsync("250 2.0.0 OK queued");
    }

    private async Task<bool> QuitAsync()
    {
        await AnswerAsync(SmtpStep.Quit, "221 Bye");
        return false;
    }

    /// <param name="whenUsual">Done before the usual answer, and not with another.</param>
    private async Task<bool> AnswerAsync(SmtpStep step, string usual, Action? whenUsual = null)
    {
        await smtp.ReachAsync(step);
        if (smtp.TryNext(step, out var reply))
            return reply is not null && await SayAsync(reply);
        whenUsual?.Invoke();
        return await SayAsync(usual);
    }

    private async Task<bool> SayAsync(string reply)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(reply + "\r\n"));
        return !reply.StartsWith("421", StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string question)
    {
        await SayAsync(question);
        return await ReadLineAsync() ?? "";
    }

    /// <returns>Without its end, which is CRLF and nothing else; null when the other side is gone.</returns>
    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (LineIn(read.Buffer) is { } line)
                return line;
            if (read.IsCompleted)
                return null;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private string? LineIn(ReadOnlySequence<byte> buffer)
    {
        var bytes = new SequenceReader<byte>(buffer);
        if (!bytes.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            return null;
        var text = Encoding.Latin1.GetString(line);
        reader.AdvanceTo(bytes.Position);
        return text;
    }

    private bool Forget()
    {
        recipients.Clear();
        return true;
    }

    private static string AddressIn(string line) =>
        line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
