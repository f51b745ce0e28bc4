using System.Net;
using System.Net.Mail;
using Vigint.Application.Common;

namespace Vigint.Infrastructure.Mails;

/// <summary>
/// Connections to the mail server, a few at once. One that has sent is kept for some seconds: what comes before a mail – greeting,
/// encryption, log-in – takes longer than the mail.
/// </summary>
internal sealed class SmtpConnections : IDisposable
{
    // Providers refuse more than a handful from one address.
    private const int MostAtOnce = 4;

    // A recipient whose server thinks for half a minute about each mail holds up no other.
    private const int MostToOne = MostAtOnce / 2;

    private static readonly TimeSpan KeptIdle = TimeSpan.FromSeconds(10);

    private readonly SmtpOptions options;
    private readonly TimeProvider clock;
    private readonly FairTurns turns = new(MostAtOnce, MostToOne);
    private readonly Lock gate = new();
    private readonly Queue<(SmtpClient Client, DateTimeOffset Until)> idle = [];
    private readonly ITimer cleaning;
    private bool isDisposed;

    public SmtpConnections(SmtpOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        cleaning = clock.CreateTimer(_ => CloseIdle(clock.GetSteadyNow()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for a free one, one that has sent before where there is such.</summary>
    /// <param name="to">Whom the mail is for.</param>
    public async Task<SmtpConnection> TakeAsync(string to, CancellationToken cancellationToken)
    {
        await turns.TakeAsync(to, cancellationToken);
        lock (gate)
        {
            while (idle.TryDequeue(out var kept))
            {
                if (clock.GetSteadyNow() < kept.Until)
                    return new SmtpConnection(this, kept.Client, to, wasUsed: true);
                kept.Client.Dispose();
            }
        }

        return new SmtpConnection(this, NewClient(), to, wasUsed: false);
    }

    public void Dispose()
    {
        cleaning.Dispose();
        lock (gate)
            isDisposed = true;
        CloseIdle(DateTimeOffset.MaxValue);
    }

    /// <param name="to">Whom its mail was for.</param>
    /// <param name="isGood">Whether it can send again.</param>
    internal void GiveBack(SmtpClient client, string to, bool isGood)
    {
        lock (gate)
        {
            if (isGood && !isDisposed)
            {
                idle.Enqueue((client, clock.GetSteadyNow() + KeptIdle));
                cleaning.Change(KeptIdle, Timeout.InfiniteTimeSpan);
            }
            else
            {
                client.Dispose();
            }
        }

        turns.GiveBack(to);
    }

    private void CloseIdle(DateTimeOffset now)
    {
        lock (gate)
        {
            while (idle.TryPeek(out var oldest) && oldest.Until <= now)
                idle.Dequeue().Client.Dispose();
        }
    }

    // The certificate is checked by the framework, as it is by default; nothing here can turn that off.
    internal SmtpClient NewClient() =>
        new(options.Host, options.Port)
        {
            EnableSsl = options.UsesTls,
            Credentials = options.Account is { } account ? new NetworkCredential(account.User, account.Password) : null,
        };
}

/// <summary>One connection, for one mail at a time. Disposed without having sent, it is closed.</summary>
internal sealed class SmtpConnection(SmtpConnections connections, SmtpClient client, string to, bool wasUsed) : IDisposable
{
    private SmtpClient client = client;
    private bool hasSent;

    /// <summary>Whether it has sent before, and so may be closed by the other side meanwhile.</summary>
    public bool WasUsed { get; private set; } = wasUsed;

    /// <summary>Another one in its place, which has not sent yet.</summary>
    public void Renew()
    {
        client.Dispose();
        client = connections.NewClient();
        WasUsed = false;
    }

    public async Task SendAsync(MimeMail mail, CancellationToken cancellationToken)
    {
        client.DeliveryFormat = mail.Format;
        await client.SendMailAsync(mail.Message, cancellationToken);
        hasSent = true;
    }

    public void Dispose() => connections.GiveBack(client, to, isGood: hasSent);
}
