using Vigint.Api.OpenApi;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Media;

internal static class MediaNotes
{
    private const long LargestBytes = 2048L * 1024 * 1024;

    private static readonly RefusedException[] OfEncoding =
    [
        VideoRefusals.TooLarge(LargestBytes),
        MediaRefusals.TookTooLong(900),
        MediaRefusals.TookTooMuchMemory(256),
        MediaRefusals.QueueIsFull(TimeSpan.FromSeconds(30)),
        MediaRefusals.NoEncoder(),
        VideoRefusals.NoRoom(1_000_000),
        ClientRefusals.TooMuchAtOnce(1_000_000_000, 0, TimeSpan.FromSeconds(5)),
    ];

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("POST /api/video/compress", "Make a clip fit into a size")
        {
            Text =
                "H.264 and AAC in an MP4 that begins to play before it is wholly loaded; a clip that fits already comes back as it is. "
                + "A form, or `Accept: video/mp4`, is answered with the file itself and the figures in `X-Compressed`, "
                + "`X-Original-Size-Mb`, `X-Final-Size-Mb` and `X-Compression-Ratio`.",
            Body = typeof(CompressBody),
            BodyExample = """{ "video_data": "AAAAIGZ0eXBpc29t", "filename": "clip.mp4", "max_size_mb": 20, "quality_reduction": 0.85 }""",
            Form =
            [
                new("video", FieldKind.File, "The clip.", IsRequired: true),
                new("max_size_mb", FieldKind.Number, "20 when absent."),
                new(
                    "quality_reduction",
                    FieldKind.Number,
                    "By what the sides are multiplied where they must shrink; 0.85 when absent, 1 for never."
                ),
            ],
            AnswerExample = """
                { "success": true, "compressed": true, "original_size": 30.5, "compressed_size": 19.2, "original_size_mb": 30.5,
                  "final_size_mb": 19.2,
                  "compression_ratio": 0.6295, "video_data": "AAAAIGZ0eXBpc29t" }
                """,
            AnswerMembers = [new("video_data", FieldKind.Base64, "The file.", IsRequired: true)],
            AnswerFiles = ["video/mp4"],
            Refusals =
            [
                MediaRefusals.NoVideo(),
                MediaRefusals.NotBase64("video_data"),
                MediaRefusals.UnusableSize(),
                MediaRefusals.UnusableReduction(),
                VideoRefusals.SecondVideoPart(),
                MediaRefusals.NotAVideo(),
                MediaRefusals.CannotBeDecoded(),
                MediaRefusals.CannotBeSmaller(500_000),
                .. OfEncoding,
            ],
            UsesDatabase = false,
        },
        new("POST /api/video/create", "Make a video of pictures")
        {
            Text = "Pictures that cannot be read are left out and counted. The video is also kept for an hour at `download_url`.",
            Body = typeof(MediaController.CreateBody),
            BodyExample = """{ "frames": [ "/9j/4AAQSkZJRg==" ], "output_filename": "clip.mp4", "fps": 25, "video_format": "mp4" }""",
            AnswerExample = """
                { "success": true, "download_url": "/api/video/download/9f86d081884c7d659a2feaa0c55ad015", "frames_processed": 250,
                  "failed_frames": 0,
                  "duration": 10.0, "duration_seconds": 10.0, "fps": 25, "resolution": "640x480", "video_data": "AAAAIGZ0eXBpc29t" }
                """,
            AnswerMembers = [new("video_data", FieldKind.Base64, "The file.", IsRequired: true)],
            Refusals =
            [
                MediaRefusals.NoFrames(),
                MediaRefusals.UnusableFrameRate(0.1, 120),
                MediaRefusals.UnknownFormat(),
                MediaRefusals.TooManyFrames(7500),
                .. OfEncoding,
            ],
            UsesDatabase = false,
        },
        new("GET /api/video/download/{id}", "A video that was created within the hour")
        {
            Parameters = [new("Range", "Part of the file, such as `bytes=0-65535`.", IsHeader: true)],
            AnswerFiles = ["video/mp4", "video/quicktime", "video/x-matroska", "video/x-msvideo"],
            OtherAnswers =
            [
                (StatusCodes.Status206PartialContent, "The part that was asked for"),
                (StatusCodes.Status304NotModified, "Unchanged since If-None-Match"),
            ],
            Refusals = [MediaRefusals.UnknownDownload()],
            RefusalsOfHttp =
            [
                (StatusCodes.Status412PreconditionFailed, Errors.RequestRefusals.ReplacedSince()),
                (StatusCodes.Status416RangeNotSatisfiable, Errors.RequestRefusals.OutsideTheVideo()),
            ],
        },
    ];
}
