using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace Vigint.TestSupport;

/// <summary>
/// A real SMTP server (RFC 5321) that plays a provider's: with STARTTLS under a certificate that it made itself, with accounts, and with
/// answers as a test scripts them. It keeps every mail that it accepted.
/// </summary>
public sealed class FakeSmtp : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<SentMail> mails = new();
    private readonly ConcurrentQueue<string> commands = new();
    private readonly ConcurrentDictionary<TcpClient, Task> conversations = [];
    private readonly ConcurrentDictionary<SmtpStep, FakeGate> holds = [];
    private readonly Dictionary<SmtpStep, Queue<string?>> script = [];
    private readonly Lazy<X509Certificate2> certificate = new(NewCertificate);
    private TcpListener listener;
    private Task accepting;
    private int accepted;

    public FakeSmtp()
    {
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    /// <summary>The same after <see cref="StartAgain"/>.</summary>
    public int Port { get; }

    /// <summary>For a server that is to send by it, without encryption and without an account.</summary>
    public (string Name, string Value)[] Settings =>
        [("EMAIL_SMTP_SERVER", "127.0.0.1"), ("EMAIL_SMTP_PORT", $"{Port}"), ("EMAIL_FROM", "alerts@vigint.example")];

    /// <summary>Whether it offers STARTTLS.</summary>
    public bool OffersTls { get; set; }

    /// <summary>The one account that may send; null: everybody may.</summary>
    public (string User, string Password)? Account { get; set; }

    /// <summary>What it proves with after STARTTLS that it is <c>localhost</c>; nobody trusts it.</summary>
    public X509Certificate2 Certificate => certificate.Value;

    /// <summary>What it accepted, in that order; a mail whose sender did not learn of it too.</summary>
    public IReadOnlyList<SentMail> Mails => [.. mails];

    /// <summary>Every line of every conversation but those of mails and passwords.</summary>
    public IReadOnlyList<string> Commands => [.. commands];

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref accepted);

    /// <summary>How many connections are open.</summary>
    public int OpenConnections => conversations.Count;

    /// <summary>Has the next arrivals at a step answered in another way than usual; one with 421 ends the connection.</summary>
    /// <param name="reply">A code and a text; several lines are separated by CRLF, as they are sent.</param>
    public FakeSmtp Answers(SmtpStep step, string reply, int times = 1) => Script(step, reply, times);

    /// <summary>
    /// Ends the connection at a step instead of an answer. At <see cref="SmtpStep.Body"/> the mail is accepted all the same.
    /// </summary>
    public FakeSmtp Drops(SmtpStep step, int times = 1) => Script(step, null, times);

    /// <summary>Holds whoever comes to a step until the gate is opened, and then answers as if it had not been held.</summary>
    public FakeGate Holds(SmtpStep step) => holds[step] = new FakeGate();

    /// <summary>Ends every connection there is, as a server does with idle ones.</summary>
    /// <returns>When it has.</returns>
    public async Task DropAllAsync()
    {
        var open = conversations.ToArray();
        foreach (var (client, _) in open)
            client.Close();
        await Task.WhenAll(open.Select(one => one.Value));
    }

    /// <summary>From now on nobody answers at its port.</summary>
    public async Task StopAsync()
    {
        listener.Dispose();
        await accepting;
        foreach (var held in holds.Values)
            held.Open();
        await DropAllAsync();
    }

    /// <summary>Answers at the same port again.</summary>
    public void StartAgain()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (certificate.IsValueCreated)
            certificate.Value.Dispose();
    }

    internal Task ReachAsync(SmtpStep step) =>
        holds.TryGetValue(step, out var held) ? held.PassAsync(CancellationToken.None) : Task.CompletedTask;

    /// <returns>Whether something is scripted for the step, and what; null is the end of the connection.</returns>
    internal bool TryNext(SmtpStep step, out string? reply)
    {
        lock (gate)
        {
            reply = null;
            return script.TryGetValue(step, out var next) && next.TryDequeue(out reply);
        }
    }

    internal void Note(string command) => commands.Enqueue(command);

    internal void Keep(SentMail mail) => mails.Enqueue(mail);

    private FakeSmtp Script(SmtpStep step, string? reply, int times)
    {
        lock (gate)
        {
            if (!script.TryGetValue(step, out var next))
                script[step] = next = new Queue<string?>();
            for (var one = 0; one < times; one++)
                next.Enqueue(reply);
        }

        return this;
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync();
                Interlocked.Increment(ref accepted);
                var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                conversations[client] = TalkAsync(client, begin.Task);
                begin.SetResult();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    /// <param name="begin">Not before the conversation is one of those that can be ended.</param>
    private async Task TalkAsync(TcpClient client, Task begin)
    {
        await begin;
        try
        {
            await using var talk = new FakeSmtpTalk(this, client.GetStream());
            await talk.RunAsync();
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or ObjectDisposedException
                        or InvalidOperationException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            // The other side went away, did not trust the certificate, or this one was told to end it.
        }
        finally
        {
            client.Dispose();
            conversations.TryRemove(client, out _);
        }
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

/// <summary>Where in a conversation something else than usual can be made to happen.</summary>
public enum SmtpStep
{
    Greeting,
    Hello,
    StartTls,
    Login,
    Sender,
    Recipient,
    Data,

    /// <summary>After the whole mail.</summary>
    Body,
    Reset,
    Quit,
}

/// <summary>A mail that was accepted.</summary>
/// <param name="Sender">Of the envelope.</param>
/// <param name="Recipients">Of the envelope.</param>
/// <param name="Raw">As it came, each byte one character (Latin-1).</param>
/// <param name="IsEncrypted">Whether it came after STARTTLS.</param>
/// <param name="User">Who had logged in; null when nobody had.</param>
public sealed record SentMail(string Sender, IReadOnlyList<string> Recipients, string Raw, bool IsEncrypted, string? User)
{
    public MimeMessage Read()
    {
        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(Raw));
        return MimeMessage.Load(bytes);
    }
}
