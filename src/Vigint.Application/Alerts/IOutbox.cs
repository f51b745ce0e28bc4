using Vigint.Domain.Clients;

namespace Vigint.Application.Alerts;

/// <summary>The mails that were written into a folder where there is no mail server, or was none.</summary>
public interface IOutbox
{
    /// <summary>Removes the mails to an address.</summary>
    /// <returns>How many of them could not be removed; the log says why.</returns>
    int RemoveMailsTo(EmailAddress address, CancellationToken cancellationToken);
}
