using System.Net;
using System.Net.Mail;

namespace Vigint.Infrastructure.Mails;

/// <summary>
/// Connections to the mail server, a few at once. One that has sent is kept for some seconds: what comes before a mail – greeting,
/// encryption, log-in – takes longer than the mail.
/// </summary>
internal sealed class SmtpConnections : IDisposable
{
    // Providers refuse more than a handful from one address.
    private const int MostAtOnce = 4;

    private static readonly TimeSpan KeptIdle = TimeSpan.FromSeconds(10);

    private readonly SmtpOptions options;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim room = new(MostAtOnce, MostAtOnce);
    private readonly Lock gate = new();
    private readonly Queue<(SmtpClient Client, DateTimeOffset Until)> idle = [];
    private readonly ITimer cleaning;
    private bool isDisposed;

    public SmtpConnections(SmtpOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        cleaning = clock.CreateTimer(_ => CloseIdle(clock.GetUtcNow()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="mayBeUsed">Whether one that has sent before will do.</param>
    public async Task<SmtpConnection> TakeAsync(bool mayBeUsed, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken);
        lock (gate)
        {
            while (mayBeUsed && idle.TryDequeue(out var kept))
            {
                if (clock.GetUtcNow() < kept.Until)
                    return new SmtpConnection(this, kept.Client, wasUsed: true);
                kept.Client.Dispose();
            }
        }

        return new SmtpConnection(this, NewClient(), wasUsed: false);
    }

    public void Dispose()
    {
        cleaning.Dispose();
        lock (gate)
            isDisposed = true;
        CloseIdle(DateTimeOffset.MaxValue);
        room.Dispose();
    }

    /// <param name="isGood">Whether it can send again.</param>
    internal void GiveBack(SmtpClient client, bool isGood)
    {
        lock (gate)
        {
            if (isGood && !isDisposed)
            {
                idle.Enqueue((client, clock.GetUtcNow() + KeptIdle));
                cleaning.Change(KeptIdle, Timeout.InfiniteTimeSpan);
            }
            else
            {
                client.Dispose();
            }

            if (!isDisposed)
                room.Release();
        }
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
    private SmtpClient NewClient() => new(options.Host, options.Port)
    {
        EnableSsl = options.UsesTls,
        Credentials = options.Account is { } account ? new NetworkCredential(account.User, account.Password) : null,
    };
}

/// <summary>One connection, for one mail at a time. Disposed without having sent, it is closed.</summary>
internal sealed class SmtpConnection(SmtpConnections connections, SmtpClient client, bool wasUsed) : IDisposable
{
    private bool hasSent;

    /// <summary>Whether it has sent before, and so may be closed by the other side meanwhile.</summary>
    public bool WasUsed => wasUsed;

    public async Task SendAsync(MimeMail mail, CancellationToken cancellationToken)
    {
        client.DeliveryFormat = mail.Format;
        await client.SendMailAsync(mail.Message, cancellationToken);
        hasSent = true;
    }

    public void Dispose() => connections.GiveBack(client, isGood: hasSent);
}
