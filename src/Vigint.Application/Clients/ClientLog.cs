using Microsoft.Extensions.Logging;

namespace Vigint.Application.Clients;

/// <summary>Everything the client use cases log. Event ids 1200–1299; never a key.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1200, LogLevel.Information, "Client {ClientId} ({Name}) added")]
    public static partial void ClientAdded(this ILogger logger, int clientId, string name);

    [LoggerMessage(1201, LogLevel.Information, "Client {ClientId}: {Count} keys revoked")]
    public static partial void KeysSuspended(this ILogger logger, int clientId, int count);

    [LoggerMessage(1202, LogLevel.Information, "Client {ClientId}: {Count} keys reactivated")]
    public static partial void KeysResumed(this ILogger logger, int clientId, int count);

    [LoggerMessage(1203, LogLevel.Information, "Client {ClientId}: key {KeyId} ({Name}) added")]
    public static partial void KeyAdded(this ILogger logger, int clientId, int keyId, string name);

    [LoggerMessage(1204, LogLevel.Information, "Client {ClientId}: key {KeyId} revoked for good")]
    public static partial void KeyRevoked(this ILogger logger, int clientId, int keyId);

    [LoggerMessage(1206, LogLevel.Information, "Client {ClientId} erased; the last to go were {Videos} videos and {Alerts} alerts")]
    public static partial void ClientErased(this ILogger logger, int clientId, int videos, int alerts);

    [LoggerMessage(1205, LogLevel.Information, "Client {ClientId}: limits are {Limits}")]
    public static partial void LimitsSet(this ILogger logger, int clientId, Domain.Clients.ClientLimits limits);
}
