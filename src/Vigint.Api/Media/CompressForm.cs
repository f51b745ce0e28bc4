using System.Globalization;
using System.Text;
using Vigint.Api.Videos;
using Vigint.Application.Videos.UploadVideo;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Media;

/// <summary>What a compress call asks for beside the clip.</summary>
internal sealed record CompressBody(string? VideoData, string? Filename, double? MaxSizeMb, double? QualityReduction);

/// <summary>The form of a compress call: a file part <c>video</c> and fields named like the members of the JSON.</summary>
internal static class CompressForm
{
    private const int MostFieldBytes = 1024;

    public static bool Is(HttpRequest request) => request.ContentType?.TrimStart().StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    public static async Task<CompressBody> ReadAsync(HttpRequest request, VideoSink video, CancellationToken cancellationToken)
    {
        using var form = MultipartForm.Of(request);
        var body = new CompressBody(null, null, null, null);
        while (await form.NextAsync(cancellationToken) is { } part)
        {
            body = part switch
            {
                { Name: "video", FileName: not null } => await TakeAsync(part, body, video, cancellationToken),
                { Name: "max_size_mb" } => body with { MaxSizeMb = Number(await TextAsync(part, cancellationToken)) ?? throw MediaRefusals.UnusableSize() },
                { Name: "quality_reduction" } => body with { QualityReduction = Number(await TextAsync(part, cancellationToken)) ?? throw MediaRefusals.UnusableReduction() },
                _ => body,
            };
        }

        return body;
    }

    private static async Task<CompressBody> TakeAsync(UploadPart part, CompressBody body, VideoSink video, CancellationToken cancellationToken)
    {
        if (body.Filename is not null)
            throw VideoRefusals.SecondVideoPart();
        while (true)
        {
            var read = await part.Body.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
                video.Append(segment.Span);
            part.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body with { Filename = part.FileName };
        }
    }

    private static async Task<string> TextAsync(UploadPart part, CancellationToken cancellationToken)
    {
        var read = await part.Body.ReadAtLeastAsync(MostFieldBytes + 1, cancellationToken);
        if (read.Buffer.Length > MostFieldBytes)
            throw VideoRefusals.FieldTooLong(part.Name, MostFieldBytes);
        var text = Encoding.UTF8.GetString(read.Buffer);
        part.Body.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
