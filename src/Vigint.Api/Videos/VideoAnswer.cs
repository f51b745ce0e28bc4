using System.Runtime.CompilerServices;
using Vigint.Api.Http;
using Vigint.Application.Media;
using Vigint.Application.Videos;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Domain.Videos;

namespace Vigint.Api.Videos;

/// <summary>Sends a video, or the part of it that was asked for.</summary>
internal static class VideoAnswer
{
    // Few large reads cost half of many small ones (bench/RESULTS.md); a waiting reader holds one of these.
    public const int ChunkBytes = 256 * 1024;

    // What does not change as long as a link stays in memory: worked out once, gone with the cached entry.
    private static readonly ConditionalWeakTable<PlayableForm, SentFile> Known = [];

    public static Task SendAsync(HttpContext context, PlayedVideo played, CancellationToken cancellationToken)
    {
        var (_, form, bytes) = played;
        var known = Known.GetValue(
            form,
            static one => SentFile.Of(one.ETag, one.LastModified, one.ContentType, "inline", FileNameOf(one.Id, one.ContentType))
        );
        return SendAsync(context, bytes, known, cancellationToken);
    }

    /// <summary>Sends a file, or the part of it that was asked for.</summary>
    public static async Task SendAsync(HttpContext context, VideoBytes bytes, SentFile file, CancellationToken cancellationToken)
    {
        var response = context.Response;
        var headers = response.Headers;
        var isHead = HttpMethods.IsHead(context.Request.Method);
        var selection = ConditionalRequest.Decide(context.Request.GetTypedHeaders(), file.Tag, file.Modified, bytes.SizeBytes, isHead);

        response.StatusCode = selection.Status;
        headers.ETag = file.ETag;
        headers.LastModified = file.LastModified;
        headers.CacheControl = "private";
        headers.AcceptRanges = "bytes";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (selection.Status is StatusCodes.Status416RangeNotSatisfiable)
            headers.ContentRange = $"bytes */{bytes.SizeBytes}";
        if (selection.Status is not (StatusCodes.Status200OK or StatusCodes.Status206PartialContent))
            return;

        if (selection.Status is StatusCodes.Status206PartialContent)
            headers.ContentRange = $"bytes {selection.From}-{selection.From + selection.Count - 1}/{bytes.SizeBytes}";
        response.ContentType = file.ContentType;
        response.ContentLength = selection.Count;
        headers.ContentDisposition = file.Disposition;
        if (!isHead)
            await CopyAsync(context, bytes, selection, cancellationToken);
    }

    /// <summary>Sends all of what was made for this one call.</summary>
    public static Task SendWholeAsync(HttpContext context, VideoBytes bytes, string contentType, CancellationToken cancellationToken)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.SizeBytes;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return CopyAsync(context, bytes, new ByteSelection(StatusCodes.Status200OK, 0, bytes.SizeBytes), cancellationToken);
    }

    public static string FileNameOf(VideoId id, string contentType) =>
        $"video_{id.Text}"
        + contentType switch
        {
            "video/quicktime" => ".mov",
            "video/webm" => ".webm",
            "video/x-matroska" => ".mkv",
            "video/x-msvideo" => ".avi",
            "video/mp2t" => ".ts",
            "video/mpeg" => ".mpg",
            "video/x-dav" => ".dav",
            "video/x-flv" => ".flv",
            "video/x-ms-asf" => ".asf",
            "image/jpeg" => ".jpg",
            _ => ".mp4",
        };

    private static async Task CopyAsync(HttpContext context, VideoBytes bytes, ByteSelection selection, CancellationToken cancellationToken)
    {
        var writer = context.Response.BodyWriter;
        var offset = selection.From;
        var left = selection.Count;
        try
        {
            while (left > 0)
            {
                var chunk = (int)Math.Min(ChunkBytes, left);
                var read = bytes.Read(writer.GetMemory(chunk).Span[..chunk], offset);
                if (read == 0)
                {
                    // Shorter than when it was opened: somebody cut the file. Better a broken answer than one that looks whole.
                    context.Abort();
                    return;
                }

                writer.Advance(read);
                offset += read;

                // Also after the last piece: left to the end of the request it may never be sent.
                if ((await writer.FlushAsync(cancellationToken)).IsCompleted)
                    return;
                left -= read;
            }
        }
        finally
        {
            if (left > 0)
                context.MarkCallerLeft();
        }
    }
}
