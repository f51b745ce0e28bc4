using Vigint.Api.OpenApi;
using Vigint.Application.Common;

namespace Vigint.Api.Usage;

internal static class UsageNotes
{
    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /api/usage", "What was called with this key, newest first")
        {
            Text = "With `Accept: text/csv` the sums per day as a table. Costs are in euro.",
            AnswerExample = """
                { "api_key_id": 4, "client_name": "Corner shop", "usage_count": 1,
                  "usage": [ { "timestamp": "2026-10-04T12:00:00", "endpoint": "/api/v1/videos/upload", "method": "POST",
                    "status_code": 200, "cost": 0 } ],
                  "summary": [ { "day": "2026-10-04", "endpoint": "/api/v1/videos/upload", "calls": 1, "cost": 0 } ],
                  "models": [ { "model": "gemini-3.5-flash-lite", "calls": 1, "input_tokens": 1720, "output_tokens": 100,
                    "cost_eur": 0.000689 } ], "next_cursor": null }
                """,
            AnswerFiles = ["text/csv"],
            Refusals = [PageRefusals.UnusableTime("from"), PageRefusals.NoPeriod(), PageRefusals.UnusableCursor()],
        },
        new("GET /admin/usage", "What every client called and what it cost")
        {
            Text = "Over whole days. The operator's own calls are those of client 0. With `Accept: text/csv` as a table.",
            AnswerExample = """
                { "from": "2026-09-04T00:00:00", "to": "2026-10-05T00:00:00",
                  "clients": [ { "client_id": 3, "client_name": "Corner shop", "calls": 1, "cost": 0,
                                 "summary": [ { "day": "2026-10-04", "endpoint": "/api/v1/videos/upload", "calls": 1, "cost": 0 } ],
                                 "models": [ { "model": "gemini-3.5-flash-lite", "calls": 1, "input_tokens": 1720, "output_tokens": 100,
                                   "cost_eur": 0.000689 } ] } ],
                  "count": 1, "calls": 1, "cost": 0 }
                """,
            AnswerFiles = ["text/csv"],
            Refusals = [PageRefusals.UnusableTime("from"), PageRefusals.NoPeriod()],
        },
    ];
}
