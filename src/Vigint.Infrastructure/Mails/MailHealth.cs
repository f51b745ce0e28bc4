using Microsoft.Extensions.Logging;
using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Mails;

/// <summary>How mail stands, by what the last attempt met with. What repeats is logged once.</summary>
internal sealed class MailHealth(MailOptions options, ILogger<MailHealth> logger)
{
    private static readonly ServiceState OutboxFolder = new(true, "outbox folder");
    private static readonly ServiceState NotTriedYet = new(true, "not tried yet");

    private volatile ServiceState state = options.Server is null ? OutboxFolder : NotTriedYet;

    public ServiceState State => state;

    /// <summary>It was taken, or refused by somebody who does his work.</summary>
    public void WentWell()
    {
        if (!state.IsUp)
            logger.GoesOutAgain();
        state = options.Server is null ? OutboxFolder : ServiceState.Up;
    }

    /// <param name="trouble">In a few words, for everybody: no address, no account, none of the server's own words.</param>
    public void WentWrong(string trouble)
    {
        var now = new ServiceState(false, $"down: {trouble}");
        if (now != state)
            logger.DoesNotGoOut(trouble);
        state = now;
    }
}
