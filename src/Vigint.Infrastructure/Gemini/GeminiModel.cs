using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain.Analysis;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Gemini;

/// <summary>Gemini over its REST interface. Small clips go along with each question, larger ones are put beside the model once.</summary>
internal sealed class GeminiModel(
    GeminiOptions options,
    GeminiApi api,
    GeminiFiles files,
    GeminiResilience resilience,
    ModelChoice models,
    GeminiMetrics metrics,
    ILogger<GeminiModel> logger
) : IVisionModel
{
    // A request may have 20 MB, and base64 makes four bytes of three; the rest is for the prompt.
    private const long MostInlineBytes = 14 * 1024 * 1024;

    public bool IsConfigured => options.ApiKey is not null;

    public IReadOnlyList<ModelUse> UsesOf(ClipFile clip) =>
        [
            .. Enum.GetValues<AnalysisStage>()
                .Select(stage => new ModelUse(
                    models.For(stage)[0],
                    stage,
                    StagePlan.For(stage, clip).TokensOf(clip),
                    StagePlan.UsualAnswerTokens
                )),
        ];

    public async Task<IShownClip> ShowAsync(ClipFile clip, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
            throw AnalysisRefusals.NotConfigured();
        var mimeType = MimeTypeOf(clip.ContentType);
        var bytes = DiskVideoBytes.Open(clip.Media.Path);
        var isInline = bytes.SizeBytes <= MostInlineBytes;
        var firstLook = resilience.Within(StagePlan.FirstLookMayTake(clip, isInline ? ShownClip.SentBytesOf(bytes) : bytes.SizeBytes));
        if (isInline)
            return new ShownClip(clip, mimeType, bytes, file: null, firstLook, api, files, resilience, models, metrics, logger);

        using (bytes)
        {
            try
            {
                var file = await files.PutAsync(bytes, mimeType, firstLook, cancellationToken);
                return new ShownClip(clip, mimeType, inline: null, file, firstLook, api, files, resilience, models, metrics, logger);
            }
            catch (Exception exception) when (resilience.AsRefusal(exception) is { } refusal)
            {
                throw refusal;
            }
        }
    }

    // Under the names that it knows; a Matroska file is a WebM one with more codecs, and a transport stream another packing of MPEG.
    private static string MimeTypeOf(string contentType) =>
        contentType switch
        {
            "video/quicktime" => "video/mov",
            "video/x-msvideo" => "video/avi",
            "video/x-matroska" => "video/webm",
            "video/mp2t" => "video/mpeg",
            "video/x-ms-asf" => "video/wmv",
            _ => contentType,
        };
}
