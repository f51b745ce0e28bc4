using Vigint.Api.Settings;

namespace Vigint.Api;

/// <summary>What the server says of itself when it starts. Event ids 2200–2299.</summary>
internal static partial class StartUpLog
{
    public static void Tell(ILogger logger, ServerSettings settings)
    {
        Starting(logger, ServerVersion.Text, settings.Listen.Address.ToString(), settings.Listen.Port);
        foreach (var notice in settings.Notices)
            Notice(logger, notice);
        foreach (var warning in settings.Warnings)
            Warning(logger, warning);
    }

    [LoggerMessage(2200, LogLevel.Information, "Vigint {Version} listens on {Address}, port {Port}")]
    private static partial void Starting(ILogger logger, string version, string address, int port);

    [LoggerMessage(2201, LogLevel.Information, "{Notice}")]
    private static partial void Notice(ILogger logger, string notice);

    [LoggerMessage(2202, LogLevel.Warning, "{Warning}")]
    private static partial void Warning(ILogger logger, string warning);
}
