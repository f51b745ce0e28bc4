using Vigint.Api.Http;
using Vigint.Api.OpenApi;
using Vigint.Application.Common;
using Vigint.Domain.Clients;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Videos;

internal static class VideosNotes
{
    private const double LongestHours = 8760;
    private const long LargestBytes = 2048L * 1024 * 1024;
    private const int MostInAPage = 200;

    private const string Record = """
        "video_id": "test_1234567890",
        "private_link": "https://videos.example.org/video/test_1234567890?token=574408ff90c4faf102b3521bbba79b4a",
        "expiration_time": "2026-10-04T12:00:00", "upload_time": "2026-09-04T12:00:00", "size_bytes": 1048576,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "content_type": "video/mp4",
        "duration_seconds": 5.0, "width": 1280, "height": 720, "codec": "h264", "filename": "clip.mp4", "playback": "ready"
        """;

    private static VideoId Example => VideoId.Parse("test_1234567890");

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("POST /api/v1/videos/upload", "Store a clip and get its private link")
        {
            Text =
                "The very same bytes with the same hours again are a retry: the stored link is answered, unchanged. Other bytes "
                + "under an id replace its video in one step.",
            Form =
            [
                new("video", FieldKind.File, $"{NoVideoSentences.Formats}, judged by its content.", IsRequired: true),
                new(
                    "metadata",
                    FieldKind.Text,
                    "A JSON object with `video_id`, optionally `file_hash` (SHA-256 in hex) and `expiration_time`; all members are "
                        + "kept and given back.",
                    IsRequired: true
                ),
                new("expiration_hours", FieldKind.Number, "More than 0 and at most MAX_RETENTION_HOURS; 720 when absent."),
            ],
            Parameters = [new(IdempotencyHeader.Name, IdempotencyHeader.Words, IsHeader: true)],
            AnswerExample = """
                { "success": true, "video_id": "test_1234567890",
                  "private_link": "https://videos.example.org/video/test_1234567890?token=574408ff90c4faf102b3521bbba79b4a",
                  "expiration_time": "2026-10-04T12:00:00", "message": "Video uploaded successfully", "size_bytes": 1048576,
                  "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "content_type": "video/mp4",
                  "duration_seconds": 5.0, "width": 1280, "height": 720, "codec": "h264" }
                """,
            Refusals =
            [
                VideoRefusals.NoVideoPart(),
                VideoRefusals.NoSelectedFile(),
                VideoRefusals.SecondVideoPart(),
                VideoRefusals.BrokenForm("it ends early"),
                VideoRefusals.FieldTooLong("expiration_hours", 1024),
                VideoRefusals.InvalidMetadata("The part 'metadata' is not UTF-8"),
                VideoRefusals.IdMissing(),
                VideoRefusals.UnusableId(),
                VideoRefusals.UnusableHours(LongestHours),
                VideoRefusals.UnusableHash(),
                VideoRefusals.EmptyFile(),
                VideoRefusals.AnotherOwners(Example),
                VideoRefusals.TakenByUnusable(Example),
                VideoRefusals.TooLarge(LargestBytes),
                VideoRefusals.NotAVideo(),
                VideoRefusals.HashDiffers(),
                ClientRefusals.TooManyUploads(60, TimeSpan.FromSeconds(30)),
                VideoRefusals.NoRoom(1_000_000),
                ClientRefusals.StorageUsedUp(1_000_000_000, 500_000, TimeSpan.FromHours(1)),
                ClientRefusals.TooMuchAtOnce(1_000_000_000, 0, TimeSpan.FromSeconds(5)),
                ClientRefusals.Erased(),
            ],
        },
        new("GET /api/v1/videos", "The caller's videos, newest first")
        {
            AnswerExample = $$"""{ "videos": [ { {{Record}} } ], "count": 1, "next_cursor": null }""",
            Refusals = [PageRefusals.UnusableLimit(MostInAPage), PageRefusals.UnusableCursor()],
        },
        new("GET /api/v1/videos/{video_id}", "One video with its metadata")
        {
            AnswerExample =
                $$"""{ {{Record}}, "expiration_hours": 720, "link_texts": [ "2026-10-04T12:00:00" """
                + $$"""], "metadata": { "video_id": "test_1234567890", "source": "cam-1" } }""",
            Refusals = [VideoRefusals.Unknown(), VideoRefusals.CannotBeRead()],
        },
        new("DELETE /api/v1/videos/upload/{video_id}", "Delete a video")
        {
            Text = "It is gone for good, and so are its links.",
            Refusals = [VideoRefusals.Unknown(), VideoRefusals.CannotBeRead()],
        },
        new("POST /api/v1/videos/link/extend", "Lengthen the life of a video's links")
        {
            Text = "Links that were given out before stay valid until the new expiration.",
            BodyExample = """{ "video_id": "test_1234567890", "additional_hours": 24 }""",
            AnswerExample = """
                { "success": true, "new_expiration": "2026-10-05T12:00:00", "total_hours": 48.0,
                  "private_link": "https://videos.example.org/video/test_1234567890?token=574408ff90c4faf102b3521bbba79b4a" }
                """,
            Refusals =
            [
                VideoRefusals.UnusableAdditionalHours(),
                VideoRefusals.LifeTooLong(),
                VideoRefusals.UnusableId(),
                VideoRefusals.Unknown(),
                VideoRefusals.ExtendedTooOften(Video.MostLinkTexts),
            ],
        },
        new("GET /api/v1/videos/link/verify", "Whether a link works")
        {
            Text = "A wrong token and an unknown id answer `valid: false` without a time.",
            AnswerExample = """{ "valid": true, "expiration_time": "2026-10-04T12:00:00", "remaining_hours": 719.5 }""",
            Refusals = [VideoRefusals.ParameterMissing("token")],
        },
    ];
}
