using Vigint.Api.OpenApi;
using Vigint.Domain;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Analysis;

internal static class AnalysisNotes
{
    private const long LargestBytes = 2048L * 1024 * 1024;
    private const string Picture = "/9j/4AAQSkZJRg==";

    private const string Analysis = """
        { "analysis": "A man puts a bottle under his coat and leaves.", "description": "A theft.", "has_security_incident": true,
          "incident_detected": true,
          "incident_type": "shoplifting", "risk_level": "HIGH", "timestamp": "2026-10-04T12:00:00", "frame_count": 250,
            "client_email": "shop@example.org",
          "flash_confirmation": true, "detailed_analysis": "A man puts a bottle under his coat and leaves.",
            "incident_start_seconds": 2.5, "incident_end_seconds": 6,
          "confidence": 0.9, "analyzer": "model", "models": [ "gemini-3.5-flash-lite", "gemini-3.8-flash" ],
          "token_usage": { "input_tokens": 9100, "output_tokens": 420 }, "cost_eur": 0.0123, "duration_ms": 4210, "cached": false }
        """;

    private static readonly FieldNotes[] Members =
    [
        new("analysis", FieldKind.Text, "The whole of it.", IsRequired: true),
        new("description", FieldKind.Text, "One sentence.", IsRequired: true),
        new("has_security_incident", FieldKind.Flag, "Null where nothing was judged (ANALYZER=motion).", IsRequired: true, MayBeNull: true),
        new("incident_detected", FieldKind.Flag, "The same.", IsRequired: true, MayBeNull: true),
        new("incident_type", FieldKind.Text, "`none` without an incident.", IsRequired: true, MayBeNull: true),
        new("risk_level", FieldKind.Text, "`HIGH` with an incident, else `LOW`.", IsRequired: true, MayBeNull: true)
        {
            Values = ["LOW", "HIGH"],
        },
        new("timestamp", FieldKind.Time, "UTC.", IsRequired: true),
        new("frame_count", FieldKind.Whole, "As the call sent it, or as the server counted.", IsRequired: true),
        new(
            "client_email",
            FieldKind.Text,
            "Where the caller's alerts go; null when there is no address.",
            IsRequired: true,
            MayBeNull: true
        ),
        new(
            "flash_confirmation",
            FieldKind.Flag,
            "What the second model said; null when it could not be asked, absent when it was not needed.",
            MayBeNull: true
        ),
        new("flash_veto", FieldKind.Flag, "True when the second model saw no incident; else absent."),
        new("veto_reason", FieldKind.Text, "A sentence, with a veto."),
        new(
            "detailed_analysis",
            FieldKind.Any,
            "What the second model saw, when it confirmed: a text, or of several sources a list with one object."
        ),
        new("incident_start_seconds", FieldKind.Number, "When in the clip it begins."),
        new("incident_end_seconds", FieldKind.Number, "When it ends."),
        new("confidence", FieldKind.Number, "0 to 1."),
        new("analyzer", FieldKind.Text, "What judged the clip.", IsRequired: true) { Values = ["model", "motion-gate", "motion"] },
        new("movement", FieldKind.Objects, "Where something moves, with `motion`."),
        new("models", FieldKind.Texts, "Those that were asked."),
        new("token_usage", FieldKind.Object, "`input_tokens` and `output_tokens`."),
        new("cost_eur", FieldKind.Number, "What the models cost.", IsRequired: true),
        new("failed_frames", FieldKind.Whole, "Of buffered frames: how many could not be decoded, and so were not seen."),
        new("duration_ms", FieldKind.Number, "How long it took.", IsRequired: true),
        new("cached", FieldKind.Flag, "Whether it was known already.", IsRequired: true),
    ];

    private static readonly RefusedException[] OfFrames =
    [
        BufferRefusals.MissingFrame("frame_data"),
        MediaRefusals.NotBase64("frame_data"),
        BufferRefusals.NotAJpeg("frame_data"),
        VideoRefusals.TooLarge(LargestBytes),
        BufferRefusals.NoRoom(2048L * 1024 * 1024),
        MediaRefusals.TooManyFrames(7500),
        ClientRefusals.TooMuchAtOnce(1_000_000_000, 0, TimeSpan.FromSeconds(5)),
    ];

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("POST /api/video/upload", "Make a clip the caller's current one")
        {
            Text = "Kept for an hour, until the next one comes or the server starts again.",
            Body = typeof(ClipController.UploadBody),
            BodyExample = """{ "video_data": "AAAAIGZ0eXBpc29t", "video_filename": "x.mp4" }""",
            Form = [new("video", FieldKind.File, "The clip.", IsRequired: true)],
            AnswerExample =
                """{ "status": "uploaded", "video_size_mb": 1.2, "frame_count": 250, "duration": 10.0, "ready_for_analysis": true }""",
            Refusals =
            [
                MediaRefusals.NoVideo(),
                MediaRefusals.NotBase64("video_data"),
                VideoRefusals.TooLarge(LargestBytes),
                MediaRefusals.NotAVideo(),
                VideoRefusals.NoRoom(1_000_000),
                ClientRefusals.TooMuchAtOnce(1_000_000_000, 0, TimeSpan.FromSeconds(5)),
            ],
            UsesDatabase = false,
        },
        new("POST /api/video/buffer", "Buffer a frame")
        {
            Text =
                "The newest 250 are kept. `frame_count` and `timestamp` are the client's own, numbers or texts, and come back as "
                + "they were written.",
            Body = typeof(BufferController.FrameBody),
            BodyExample = $$"""{ "frame_data": "{{Picture}}", "frame_count": 1, "timestamp": 1760000000.5 }""",
            AnswerExample = """{ "status": "buffered", "frame_count": 1, "buffer_size": 17, "timestamp": 1760000000.5 }""",
            Refusals = OfFrames,
            UsesDatabase = false,
        },
        new("POST /api/video/buffer/batch", "Buffer several frames")
        {
            Text = "All of them, or none.",
            Body = typeof(BufferController.BatchBody),
            BodyExample = $$"""{ "frames": [ { "frame_data": "{{Picture}}" } ] }""",
            AnswerExample = """{ "status": "buffered", "frames_added": 1, "buffer_size": 18 }""",
            Refusals = [BufferRefusals.MissingFrames(), .. OfFrames],
            UsesDatabase = false,
        },
        new("POST /api/video/multi-source/buffer", "Buffer a frame of one of several cameras")
        {
            Body = typeof(BufferController.SourceBody),
            BodyExample = $$"""{ "source_id": "cam-1", "source_name": "Entrance", "frame_data": "{{Picture}}", "frame_count": 1 }""",
            AnswerExample = """{ "success": true, "source_id": "cam-1", "buffer_size": 17, "frame_count": 1 }""",
            Refusals =
            [
                BufferRefusals.UnusableSourceId(128),
                BufferRefusals.UnusableSourceName(128),
                BufferRefusals.TooManySources(64, TimeSpan.FromMinutes(5)),
                .. OfFrames,
            ],
            UsesDatabase = false,
        },
        new("POST /api/video/analyze", "Have a clip judged")
        {
            Text =
                "The first of these that is there: a file `video` in a form, `video_data`, `video_id`, the caller's current clip, "
                + "the buffered frames, a single JPEG in `frame_data` or `frame`. "
                + "A screening model looks cheaply; only where it reports an incident does the confirming model look closely, and its "
                + "word is final.",
            Body = typeof(AnalysisController.AnalyzeBody),
            BodyMembers =
            [
                new("frame_data", FieldKind.Base64, "A single JPEG."),
                new("frame", FieldKind.Base64, "The same by another name."),
            ],
            BodyExample = """{ "video_id": "test_1234567890", "frame_count": 250 }""",
            Form =
            [
                new("video", FieldKind.File, "The clip."),
                new("video_id", FieldKind.Text, "Of a stored video."),
                new("frame_count", FieldKind.Any, "The client's own count."),
            ],
            AnswerExample = Analysis,
            AnswerMembers = Members,
            Refusals =
            [
                AnalysisRefusals.NoVideo(),
                MediaRefusals.NotBase64("video_data"),
                VideoRefusals.Unknown(),
                VideoRefusals.TooLarge(LargestBytes),
                MediaRefusals.NotAVideo(),
                AnalysisRefusals.FramesCannotBeDecoded(200, 250),
                AnalysisRefusals.ClipTooLong(TimeSpan.FromMinutes(163)),
                AnalysisRefusals.BudgetUsedUp(TimeSpan.FromDays(20)),
                AnalysisRefusals.AnswerDoesNotFit(),
                AnalysisRefusals.ModelRefuses("SAFETY"),
                AnalysisRefusals.NotConfigured(),
                AnalysisRefusals.ModelTookTooLong(),
                ClientRefusals.TooMuchAtOnce(1_000_000_000, 0, TimeSpan.FromSeconds(5)),
            ],
        },
        new("POST /api/video/multi-source/analyze", "Have the frames of several cameras judged")
        {
            Text =
                "Each for itself; no `source_ids` means all. What fails for one source stands in its `error` and does not spoil the "
                + "others; when none could be judged for a reason that is not theirs, the call is refused.",
            BodyExample = """{ "source_ids": [ "cam-1", "cam-2" ] }""",
            AnswerExample = $$"""
                { "client_name": "Corner shop", "client_email": "shop@example.org", "timestamp": "2026-10-04T12:00:00",
                  "sources_analyzed": 1,
                  "sources": { "cam-1": {{Analysis}},
                    "cam-2": { "error": "No frames buffered. Send frames of this source to multi-source/buffer first",
                      "has_security_incident": false } },
                  "summary": { "total_incidents_detected_by_flash_lite": 1, "total_incidents_confirmed_by_flash": 1,
                    "total_incidents_vetoed": 0,
                               "has_any_confirmed_incident": true, "total_incidents_unconfirmed": 0 } }
                """,
            AnswerMembers =
            [
                new("client_name", FieldKind.Text, "Of the caller.", IsRequired: true),
                new("client_email", FieldKind.Text, "Null when there is no address.", IsRequired: true, MayBeNull: true),
                new("timestamp", FieldKind.Time, "UTC.", IsRequired: true),
                new("sources_analyzed", FieldKind.Whole, "Those without an error.", IsRequired: true),
                new(
                    "sources",
                    FieldKind.Object,
                    "By id: an analysis as of a single clip, with `source_name`, `buffer_size`, `failed_frames` and "
                        + "`incident_frames_count`; or `error`.",
                    IsRequired: true
                ),
                new("summary", FieldKind.Object, "Sums over the sources.", IsRequired: true),
            ],
            Refusals =
            [
                AnalysisRefusals.UnusableSourceIds(64),
                AnalysisRefusals.NoVideo(),
                AnalysisRefusals.BudgetUsedUp(TimeSpan.FromDays(20)),
                AnalysisRefusals.NotConfigured(),
                AnalysisRefusals.ModelTookTooLong(),
            ],
        },
    ];
}
