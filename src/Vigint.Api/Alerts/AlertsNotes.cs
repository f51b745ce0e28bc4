using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain.Alerts;
using Vigint.Domain.Clients;

namespace Vigint.Api.Alerts;

internal static class AlertsNotes
{
    private const int Client = 3;

    private const string VideoLink = """
        { "available": true,
          "video_url": "https://clips.example.org/video/alert_VIG-20261004-250-HIGH-ABCDEFGH2345?token=574408ff90c4faf102b3521bbba79b4a",
          "video_id": "alert_VIG-20261004-250-HIGH-ABCDEFGH2345", "expiration_time": "2026-10-06T12:00:00", "error": null,
            "file_size_mb": 1.2 }
        """;

    private const string Raised = $$"""
        { "success": true, "error": null, "status": "delivered", "timestamp": "2026-10-04T12:00:00",
          "alert_id": "VIG-20261004-250-HIGH-ABCDEFGH2345",
          "to": "shop@example.org", "client_name": "Corner shop", "risk_level": "HIGH", "frame_count": 250,
            "incident_summary": "shoplifting",
          "video_link": {{VideoLink}},
          "email_delivery": { "success": true, "delivery_status": "delivered", "attempts": 1, "retry_count": 0, "delivery_time": 0.4,
            "error": null } }
        """;

    private const string Listed = $$"""
        "alert_id": "VIG-20261004-250-HIGH-ABCDEFGH2345", "timestamp": "2026-10-04T12:00:00", "state": "delivered", "risk_level": "HIGH",
          "frame_count": 250,
          "client_name": "Corner shop", "to": "shop@example.org", "incident_type": "shoplifting", "incident_summary": "shoplifting",
            "source_id": "cam-1",
          "source_name": "Entrance", "incident_start_seconds": 2.5, "repeats": 0, "video_link": {{VideoLink}}
        """;

    private const string Channels = """
        { "success": true, "client_id": 3, "webhooks": [ { "url": "https://example.org/hook",
          "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" } ],
          "ntfy": [ { "url": "https://ntfy.sh/my-shop", "has_token": false } ] }
        """;

    private static readonly (int Status, string Reason)[] NotHandedOver =
    [
        (StatusCodes.Status207MultiStatus, "It is recorded and could not be handed over at the first try; it is tried again for a day."),
    ];

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("POST /api/video/alert", "Report an incident and have it mailed")
        {
            Text =
                "Only `analysis` is needed. The clip is the first of these that is there: a file `video` in a form, `video_data`, "
                + "`video_id`, the caller's current clip, "
                + "the buffered frames. Whatever is wrong with it, the alert goes out. The answer comes within 8 seconds.",
            Body = typeof(AlertBody),
            BodyMembers = [new("video_data", FieldKind.Base64, "The clip.")],
            BodyExample = """
                { "analysis": "A man puts a bottle under his coat and leaves.", "risk_level": "HIGH", "frame_count": 250,
                  "incident_type": "shoplifting",
                  "source_id": "cam-1", "source_name": "Entrance", "incident_start_seconds": 2.5, "video_id": "test_1234567890" }
                """,
            Form =
            [
                new("analysis", FieldKind.Text, "What was seen.", IsRequired: true),
                new("video", FieldKind.File, "The clip."),
                new("risk_level", FieldKind.Text, "`MEDIUM` when absent.") { Values = WireValues.RiskLevels },
                new("frame_count", FieldKind.Any, "The client's own count."),
                new("incident_type", FieldKind.Text, "A few words."),
                new("detailed_analysis", FieldKind.Text, "What the closer look found."),
                new("source_id", FieldKind.Text, "Of the camera."),
                new("source_name", FieldKind.Text, "Of the camera."),
                new("incident_start_seconds", FieldKind.Any, "When in the clip it begins."),
                new("video_id", FieldKind.Text, "Of a stored video."),
            ],
            Parameters = [new(IdempotencyHeader.Name, IdempotencyHeader.Words, IsHeader: true)],
            AnswerExample = Raised,
            OtherAnswers = NotHandedOver,
            Refusals =
            [
                AlertRefusals.MissingAnalysis(),
                AlertRefusals.UnknownRisk(),
                AlertRefusals.NoAddress(),
                IdempotencyRefusals.UnusableKey(255),
                IdempotencyRefusals.IsUnderWay(TimeSpan.FromSeconds(5)),
                IdempotencyRefusals.AnotherBody(),
                ClientRefusals.Erased(),
            ],
        },
        new("GET /api/alerts", "The caller's alerts, newest first")
        {
            AnswerExample = $$"""{ "alerts": [ { {{Listed}} } ], "count": 1, "next_cursor": null }""",
            Refusals =
            [
                AlertRefusals.UnknownState(),
                AlertRefusals.UnknownRisk(),
                PageRefusals.UnusableTime("from"),
                PageRefusals.NoPeriod(),
                PageRefusals.UnusableCursor(),
            ],
        },
        new("GET /api/alerts/{alert_id}", "One alert with every attempt to deliver it")
        {
            AnswerExample = $$"""
                { {{Listed}}, "analysis": "A man puts a bottle under his coat and leaves.", "detailed_analysis": "In detail.",
                  "deliveries": [ { "channel": "mail", "to": "shop@example.org", "state": "delivered",
                                    "attempts": [ { "timestamp": "2026-10-04T12:00:00", "duration_ms": 412, "success": true,
                                      "answer": "250 Ok" } ] } ] }
                """,
            Refusals = [AlertRefusals.Unknown()],
        },
        new("POST /api/alerts/{alert_id}/resend", "Send an alert once more")
        {
            Text = "To the same address, and by the other ways where that failed.",
            AnswerExample = Raised,
            OtherAnswers = NotHandedOver,
            Refusals =
            [
                AlertRefusals.Unknown(),
                AlertRefusals.WasIgnored(),
                AlertRefusals.IsBeingSent(TimeSpan.FromSeconds(5)),
                AlertRefusals.TooManyResends(TimeSpan.FromSeconds(5)),
            ],
        },
        new("PUT /admin/clients/{client_id}/channels", "Set by which ways beside the mail a client's alerts go")
        {
            Text =
                "In place of those before; at most 5 of each. Without `secret` a webhook keeps the one that it has, or one is made; "
                + "it is shown this once. Without `token` a topic keeps the one that it has; `null` or an empty one removes it. Client "
                + "0 is the operator.",
            BodyExample =
                """{ "webhooks": [ { "url": "https://example.org/hook" } ], "ntfy": """
                + """[ { "url": "https://ntfy.sh/my-shop", "token": "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2" } ] }""",
            AnswerExample = Channels,
            Refusals =
            [
                ChannelRefusals.UnusableAddress("webhooks.url", 2000),
                ChannelRefusals.PrivateAddress("webhooks.url"),
                ChannelRefusals.UnusableSecret(),
                ChannelRefusals.NoTopic(),
                ChannelRefusals.UnusableToken(),
                ChannelRefusals.TooMany("webhooks", 5),
                ChannelRefusals.Twice(),
                ClientRefusals.UnknownClient(Client),
                ClientRefusals.Erased(),
            ],
        },
        new("GET /admin/clients/{client_id}/channels", "By which ways beside the mail a client's alerts go")
        {
            AnswerExample = """
                { "success": true, "client_id": 3, "webhooks": [ { "url": "https://example.org/hook" } ],
                  "ntfy": [ { "url": "https://ntfy.sh/my-shop", "has_token": false } ] }
                """,
            Refusals = [ClientRefusals.UnknownClient(Client)],
        },
    ];
}
