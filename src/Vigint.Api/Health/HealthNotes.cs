using Vigint.Api.OpenApi;

namespace Vigint.Api.Health;

internal static class HealthNotes
{
    private const string Text = "503, in the same form, when the database or the storage cannot be used.";

    private const string Healthy = """
        { "status": "healthy", "timestamp": 1760000000.0, "version": "0.3.0",
          "services": { "database": "up", "storage": "up", "ffmpeg": "up", "analysis": "not configured", "email": "outbox folder" },
          "versions": { "ffmpeg": "5.1.9" },
          "storage_scan": { "status": "finished", "done": 120, "found": 120 },
          "clock": { "status": "good" } }
        """;

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /api/health", "Whether the server can do its work")
        {
            Text = Text,
            AnswerExample = Healthy,
            UsesDatabase = false,
        },
        new("GET /health", "The same at another address")
        {
            Text = Text,
            AnswerExample = Healthy,
            UsesDatabase = false,
        },
        new("GET /health/live", "Whether the process answers") { AnswerExample = """{ "status": "alive" }""", UsesDatabase = false },
        new("GET /metrics", "Figures for Prometheus")
        {
            Text = "For the operator's key in any header, and for METRICS_ALLOWED_ADDRESSES without one.",
            AnswerFiles = ["text/plain"],
            UsesDatabase = false,
        },
    ];
}
