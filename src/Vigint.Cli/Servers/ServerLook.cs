using System.Text.Json.Nodes;
using Vigint.Application.Storage;
using Vigint.Cli.Local;

namespace Vigint.Cli.Servers;

/// <summary>How a server that runs says it is, asked from afar.</summary>
internal static class ServerLook
{
    private const string Name = "server";

    private const double BytesPerGigabyte = 1024.0 * 1024 * 1024;

    /// <param name="hasKey">Whether the server may be asked what it tells nobody without a key.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(ServerApi server, bool hasKey, CancellationToken cancellationToken)
    {
        JsonNode health;
        try
        {
            health = await server.GetHealthAsync(cancellationToken);
        }
        catch (ServerFailure failure)
        {
            return [new Finding(Name, FindingState.Bad, failure.Message, "Nothing else was looked at.")];
        }

        if (health["services"] is not JsonObject services)
            return [new Finding(Name, FindingState.Bad, "What answers is no Vigint server.", "Check --server (VIGINT_SERVER).")];
        return
        [
            Server(health),
            .. services.Select(service => Service(service.Key, service.Value?.ToString() ?? "")),
            .. Clock(health["clock"]?["status"]?.ToString()),
            hasKey
                ? await DiskAsync(server, cancellationToken)
                : new Finding("disk", FindingState.Attention, "not looked at", "Set VIGINT_KEY, or give --key KEY, to be told."),
        ];
    }

    private static Finding Server(JsonNode health)
    {
        var version = $"version {health["version"]}";
        if (health["status"]?.ToString() != "healthy")
            return new Finding(
                Name,
                FindingState.Bad,
                $"{version}, {health["status"]}",
                "Look at what is bad below, and into the server's log."
            );
        return health["storage_scan"] is JsonObject scan && scan["status"]?.ToString() == "running"
            ? new Finding(
                Name,
                FindingState.Attention,
                $"{version}, takes in its storage folder: {scan["done"]} of {scan["found"]}",
                "Wait; what is not taken in yet is served already."
            )
            : new Finding(Name, FindingState.Good, $"{version}, healthy");
    }

    // A server before 0.3 says nothing about it.
    private static IEnumerable<Finding> Clock(string? status) =>
        status is null or "good"
            ? []
            :
            [
                new Finding(
                    "clock",
                    FindingState.Attention,
                    $"{status}; nothing is deleted because of its age",
                    "Look at timedatectl where the server runs, put the clock right, and say so: vigint storage confirm-clock."
                ),
            ];

    private static Finding Service(string name, string text) =>
        text switch
        {
            "up" => new Finding(name, FindingState.Good, text),
            "up, low on space" or "not configured" or "outbox folder" or "not tried yet" => new Finding(
                name,
                FindingState.Attention,
                text,
                AdviceOn(name)
            ),
            _ => new Finding(name, FindingState.Bad, text, AdviceOn(name)),
        };

    private static string AdviceOn(string name) =>
        name switch
        {
            "database" => "Check the server's DATABASE_URL, that the database runs, and the disk that holds it.",
            "storage" => "Check the server's VIDEO_STORAGE_DIR and its disk; vigint storage cleanup makes room.",
            "ffmpeg" => "Install ffmpeg where the server runs; without it clips are kept and played as they are.",
            "email" => "Check the server's EMAIL_SMTP_SERVER and what belongs to it; without one, mail is written into data/outbox.",
            "analysis" => "Check the server's GOOGLE_API_KEY; without one clips are kept and not judged.",
            _ => "Look into the server's log; vigint doctor on its own machine tells more.",
        };

    private static async Task<Finding> DiskAsync(ServerApi server, CancellationToken cancellationToken)
    {
        const string name = "disk";
        try
        {
            var status = await server.GetAsync("api/storage/status", cancellationToken);
            var (free, total) = (status["disk_free_gb"]!.GetValue<double>(), status["disk_total_gb"]!.GetValue<double>());
            var text = $"{status["disk_free_gb"]} of {status["disk_total_gb"]} GB free, {status["videos_count"]} videos";
            const string advice = "Delete old videos (vigint storage cleanup), or enlarge the disk.";
            if (free * BytesPerGigabyte <= StorageRoom.KeptFreeOn((long)(total * BytesPerGigabyte)))
                return new Finding(name, FindingState.Bad, $"{text}; uploads are refused", advice);
            return status["status"]?.ToString() == "healthy"
                ? new Finding(name, FindingState.Good, text)
                : new Finding(name, FindingState.Attention, text, advice);
        }
        catch (ServerFailure failure) when (failure.IsKeyRefused)
        {
            return new Finding(
                "key",
                FindingState.Bad,
                failure.Message,
                "It must be one of the operator's keys, or a client's that was not revoked."
            );
        }
        catch (ServerFailure failure)
        {
            return new Finding(name, FindingState.Bad, failure.Message, "Look into the server's log.");
        }
    }
}
