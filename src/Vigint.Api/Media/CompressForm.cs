using System.Globalization;
using Vigint.Domain.Media;

namespace Vigint.Api.Media;

/// <summary>What a compress call asks for beside the clip.</summary>
internal sealed record CompressBody(string? VideoData, string? Filename, double? MaxSizeMb, double? QualityReduction);

/// <summary>The form of a compress call: a file part <c>video</c> and fields named like the members of the JSON.</summary>
internal static class CompressForm
{
    private const string MaxSize = "max_size_mb";
    private const string Reduction = "quality_reduction";

    public static async Task<CompressBody> ReadAsync(HttpRequest request, VideoSink video, CancellationToken cancellationToken)
    {
        var fields = await VideoForm.ReadAsync(request, video, [MaxSize, Reduction], FieldLimit.Small, cancellationToken);
        return new CompressBody(
            VideoData: null,
            Filename: null,
            fields.TryGetValue(MaxSize, out var size) ? Number(size) ?? throw MediaRefusals.UnusableSize() : null,
            fields.TryGetValue(Reduction, out var reduction) ? Number(reduction) ?? throw MediaRefusals.UnusableReduction() : null
        );
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
