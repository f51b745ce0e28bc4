using System.Buffers;
using Vigint.Api.Videos;
using Vigint.Application.Common;
using Vigint.Application.Videos.UploadVideo;
using Vigint.Domain.Videos;

namespace Vigint.Api.Media;

/// <summary>Reads forms that bring one clip, a file part <c>video</c>, and small fields beside it.</summary>
internal static class VideoForm
{
    public static bool Is(HttpRequest request) =>
        request.ContentType?.TrimStart().StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    /// <param name="wanted">Names of the fields to read; others are skipped.</param>
    /// <returns>Those of the fields that were there; of several with one name the last.</returns>
    /// <exception cref="Vigint.Domain.RefusedException">
    /// <see cref="Vigint.Domain.Refusal.Invalid"/>: a broken form, two clips or too long a field; and what the sink throws.
    /// </exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        HttpRequest request,
        IMediaSink video,
        IReadOnlyCollection<string> wanted,
        FieldLimit limit,
        CancellationToken cancellationToken
    )
    {
        using var form = MultipartForm.Of(request);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var hasVideo = false;
        while (await form.NextAsync(cancellationToken) is { } part)
        {
            if (part is { Name: "video", FileName: not null })
            {
                if (hasVideo)
                    throw VideoRefusals.SecondVideoPart();
                hasVideo = true;
                await TakeAsync(part, video, cancellationToken);
            }
            else if (wanted.Contains(part.Name))
            {
                fields[part.Name] = await TextAsync(part, limit, cancellationToken);
            }
        }

        return fields;
    }

    private static async Task TakeAsync(UploadPart part, IMediaSink video, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await part.Body.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
                video.Append(segment.Span);
            part.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    private static async Task<string> TextAsync(UploadPart part, FieldLimit limit, CancellationToken cancellationToken)
    {
        var read = await part.Body.ReadAtLeastAsync(limit.MostBytes + 1, cancellationToken);
        var isTooLong = read.Buffer.Length > limit.MostBytes;
        if (isTooLong && !limit.IsCutTo)
            throw VideoRefusals.FieldTooLong(part.Name, limit.MostBytes);
        var text = isTooLong
            ? LenientText.Decode(LenientText.WithoutTornEnd(read.Buffer.Slice(0, limit.MostBytes).ToArray()))
            : LenientText.Decode(read.Buffer);
        part.Body.AdvanceTo(read.Buffer.End);
        return text;
    }
}

/// <summary>How long the fields of a form may be.</summary>
/// <param name="IsCutTo">Whether one that is longer is cut; otherwise it is refused.</param>
internal readonly record struct FieldLimit(int MostBytes, bool IsCutTo)
{
    /// <summary>For numbers and names.</summary>
    public static FieldLimit Small { get; } = new(1024, IsCutTo: false);
}
