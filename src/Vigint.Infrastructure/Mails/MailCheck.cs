using Vigint.Infrastructure.Health;

namespace Vigint.Infrastructure.Mails;

/// <summary>How mail stands, as far as was noticed; no mail server is asked for it.</summary>
internal sealed class MailCheck(MailHealth health) : ServiceCheck
{
    public override string Advice => "Check the settings that begin with EMAIL_, and the connection to the mail server.";

    public override Task<ServiceState> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(health.State);
}
