using System.Net.Sockets;

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
            await using var dialogue = await SmtpDialogue.OpenAsync(server.Host, server.Port, cancellationToken);
            await dialogue.LeaveAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is SmtpRefusedException or IOException or SocketException)
        {
            return false;
        }
    }
}
