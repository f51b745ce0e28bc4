using Vigint.Api.OpenApi;
using Vigint.Domain.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Api.Storage;

internal static class StorageNotes
{
    private const string Status = """
        { "disk_free_gb": 8.5, "disk_used_gb": 1.5, "disk_total_gb": 10.0, "temp_files_count": 12, "temp_files_size_mb": 245.3,
          "disk_info": { "available": true, "free_gb": 8.5, "total_gb": 10.0, "used_gb": 1.5 },
          "temp_files": { "tracked": 12, "existing": 12, "total_size_mb": 245.3 },
          "status": "healthy", "videos_count": 120, "videos_size_mb": 1290.25, "expired_pending_count": 0 }
        """;

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /api/storage/status", "How full the storage is")
        {
            Text =
                "The disk that holds the videos, or the quota where one is set. The last three figures are about the caller's "
                + "videos, everybody's for the operator.",
            AnswerExample = Status,
            Refusals = [VideoRefusals.StorageAway()],
        },
        new("POST /api/storage/cleanup", "Delete what is old or expired")
        {
            Text =
                "`old`: everything expired, and videos and temporary files older than `max_age_hours` (720 when absent). `all`: "
                + "everything expired and every temporary file. "
                + "`monitor`: nothing unless space is low. A client's key cleans only that client's videos.",
            BodyExample = """{ "max_age_hours": 168, "type": "old", "dry_run": true }""",
            AnswerExample = $$"""
                { "cleanup_result": { "cleaned": 3, "failed": 0, "total": 3, "freed_mb": 12.5 }, "disk_info_after": {{Status}},
                  "cleanup_type": "old", "dry_run": true }
                """,
            Refusals =
            [
                StorageRefusals.UnusableAge(),
                StorageRefusals.UnknownType(),
                StorageRefusals.NotTakenIn(8_917, 10_000, TimeSpan.FromSeconds(5)),
                VideoRefusals.StorageAway(),
                StorageRefusals.ClockInDoubt(),
            ],
        },
        new("POST /admin/storage/confirm-clock", "Say that the server's clock is right")
        {
            Text =
                "After the clock was set nothing is deleted because of its age, until the system says that it is synchronized, or "
                + "this call does; a day at most.",
            AnswerExample =
                """{ "success": true, "was_in_doubt": true, "message": "The clock is believed; what is too old is deleted again" }""",
            UsesDatabase = false,
        },
    ];
}
