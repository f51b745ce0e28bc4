using Vigint.Api.Settings;

namespace Vigint.Api;

/// <summary>What the server says of itself when it starts. Event ids 2200–2299.</summary>
internal static partial class StartUpLog
{
    public static void Tell(ILogger logger, ServerSettings settings)
    {
        foreach (var notice in settings.Notices)
            Notice(logger, notice);
        foreach (var warning in settings.Warnings)
            Warning(logger, warning);
    }

    /// <summary>Tells where it listens, once it does, as an address to click.</summary>
    public static void TellAddress(ILogger logger, IEnumerable<string> addresses)
    {
        foreach (var address in addresses.Select(one => new UriBuilder(one)))
        {
            var isEverywhere = address.Host is "0.0.0.0" or "[::]" or "::";
            if (isEverywhere)
                address.Host = "127.0.0.1";
            if (isEverywhere)
                ListeningEverywhere(logger, ServerVersion.Text, address.Uri.AbsoluteUri);
            else
                Listening(logger, ServerVersion.Text, address.Uri.AbsoluteUri);
        }
    }

    [LoggerMessage(2200, LogLevel.Information, "Vigint {Version} listens on {Address}")]
    private static partial void Listening(ILogger logger, string version, string address);

    [LoggerMessage(2203, LogLevel.Information, "Vigint {Version} listens on {Address} and every other address of this machine")]
    private static partial void ListeningEverywhere(ILogger logger, string version, string address);

    [LoggerMessage(2201, LogLevel.Information, "{Notice}")]
    private static partial void Notice(ILogger logger, string notice);

    [LoggerMessage(2202, LogLevel.Warning, "{Warning}")]
    private static partial void Warning(ILogger logger, string warning);
}
