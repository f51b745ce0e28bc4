using Vigint.Api.Errors;
using Vigint.Api.OpenApi;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Api.Videos;

internal static class LinksNotes
{
    private static readonly ParameterNotes Token = new(
        "token",
        "Of the private link.",
        "574408ff90c4faf102b3521bbba79b4a",
        IsRequired: true
    );
    private static readonly ParameterNotes Range = new(
        "Range",
        "Part of the file; several ranges in one request get all of it, such as `bytes=0-65535`.",
        IsHeader: true
    );

    private static readonly string[] Containers =
    [
        "video/mp4",
        "video/quicktime",
        "video/webm",
        "video/x-matroska",
        "video/x-msvideo",
        "video/mp2t",
        "video/mpeg",
        "video/x-dav",
        "video/x-flv",
        "video/x-ms-asf",
    ];

    private static readonly (int Status, string Reason)[] PartOrUnchanged =
    [
        (StatusCodes.Status206PartialContent, "The part that was asked for"),
        (StatusCodes.Status304NotModified, "Unchanged since If-None-Match or If-Modified-Since"),
    ];

    private static readonly (int Status, RefusedException Refusal)[] OfHttp =
    [
        (StatusCodes.Status412PreconditionFailed, RequestRefusals.ReplacedSince()),
        (StatusCodes.Status416RangeNotSatisfiable, RequestRefusals.OutsideTheVideo()),
    ];

    private static readonly RefusedException[] OfTheLink =
    [
        VideoRefusals.TokenMissing(),
        VideoRefusals.InvalidToken(),
        VideoRefusals.LinkHasExpired(),
        VideoRefusals.LinkToNothing(),
        VideoRefusals.FileMissing(),
    ];

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /video/{video_id}", "Watch a video by its private link")
        {
            Text =
                "What browsers play: the playable form where one was made, else the bytes as uploaded. Errors are a page where HTML "
                + "is preferred.",
            Parameters = [Token, new("original", "1 for the bytes as uploaded."), Range],
            AnswerFiles = Containers,
            OtherAnswers = PartOrUnchanged,
            Refusals = [.. OfTheLink, VideoRefusals.ChangingTooFast()],
            RefusalsOfHttp = OfHttp,
        },
        new("GET /video/{video_id}/poster.jpg", "The still of a video")
        {
            Parameters = [Token, Range],
            AnswerFiles = ["image/jpeg"],
            OtherAnswers = PartOrUnchanged,
            Refusals = [.. OfTheLink, VideoRefusals.PosterNotYet(), VideoRefusals.NoPoster(), VideoRefusals.ChangingTooFast()],
            RefusalsOfHttp = OfHttp,
        },
        new("GET /video/{video_id}/info", "What a private link leads to")
        {
            AnswerExample = """
                { "video_id": "test_1234567890", "filename": "clip.mp4", "size_mb": 1.0, "upload_time": "2026-09-04T12:00:00",
                  "expiration_time": "2026-10-04T12:00:00", "incident_type": "shoplifting", "risk_level": "HIGH", "available": true }
                """,
            Refusals = OfTheLink,
        },
    ];
}
