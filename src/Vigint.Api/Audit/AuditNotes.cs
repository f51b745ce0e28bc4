using Vigint.Api.OpenApi;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Api.Audit;

internal static class AuditNotes
{
    private const int MostInAPage = 200;

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /api/v1/videos/{video_id}/audit", "Who did what with a video, newest first")
        {
            Text = "Also of a video that is gone, as long as its records are kept (AUDIT_RETENTION_DAYS).",
            AnswerExample = """
                { "video_id": "test_1234567890",
                  "events": [ { "timestamp": "2026-10-04T12:00:00", "action": "opened", "client_id": null, "client_name": null,
                    "address": "203.0.113.9", "user_agent": "Mozilla/5.0" } ],
                  "count": 1, "next_cursor": null }
                """,
            Refusals = [PageRefusals.UnusableLimit(MostInAPage), PageRefusals.UnusableCursor(), VideoRefusals.Unknown()],
        },
    ];
}
