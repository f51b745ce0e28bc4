using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Vigint.Application.Common;

namespace Vigint.Infrastructure.Gemini;

// What is sent to generateContent and what comes back, as far as it is used.

internal sealed record GenerateRequest(IReadOnlyList<Content> Contents, GenerationConfig GenerationConfig);

internal sealed record Content(string Role, IReadOnlyList<Part> Parts);

/// <summary>Exactly one of <see cref="InlineData"/>, <see cref="FileData"/> and <see cref="Text"/> is set.</summary>
/// <param name="VideoMetadata">Only beside a video.</param>
internal sealed record Part(
    InlineData? InlineData = null,
    FileData? FileData = null,
    VideoMetadata? VideoMetadata = null,
    string? Text = null
);

/// <param name="Data">Base64.</param>
internal sealed record InlineData(string MimeType, string Data);

internal sealed record FileData(string MimeType, string FileUri);

internal sealed record VideoMetadata(double Fps);

internal sealed record GenerationConfig(string ResponseMimeType, JsonElement ResponseSchema, int MaxOutputTokens, string? MediaResolution);

internal sealed record GenerateAnswer(IReadOnlyList<Candidate>? Candidates, PromptFeedback? PromptFeedback, UsageMetadata? UsageMetadata);

internal sealed record Candidate(AnswerContent? Content, string? FinishReason);

internal sealed record AnswerContent(IReadOnlyList<AnswerPart>? Parts);

/// <param name="Thought">A part in which the model only thinks aloud.</param>
internal sealed record AnswerPart(string? Text, bool Thought = false);

internal sealed record PromptFeedback(string? BlockReason);

internal sealed record UsageMetadata(long PromptTokenCount = 0, long CandidatesTokenCount = 0, long ThoughtsTokenCount = 0);

/// <param name="Name">With <c>models/</c> before it.</param>
internal sealed record ModelAnswer(string? Name);

// The Files API.

internal sealed record StartUpload(UploadedFile File);

internal sealed record FileAnswer(UploadedFile? File);

/// <param name="Name">With <c>files/</c> before it.</param>
/// <param name="Uri">What a request names it by; only in answers, like <see cref="State"/>.</param>
internal sealed record UploadedFile(string? Name = null, string? MimeType = null, string? Uri = null, string? State = null);

// What is said of a failure.

internal sealed record ErrorAnswer(GeminiError? Error);

/// <param name="Status">A word such as <c>RESOURCE_EXHAUSTED</c>.</param>
/// <param name="Message">For people; may hold the key, so it is never logged.</param>
internal sealed record GeminiError(string? Status, string? Message, IReadOnlyList<ErrorDetail>? Details);

/// <param name="Type">Which kind of detail this is.</param>
/// <param name="Reason">Of an <c>ErrorInfo</c>, such as <c>API_KEY_INVALID</c>.</param>
/// <param name="RetryDelay">Of a <c>RetryInfo</c>: seconds with an <c>s</c> behind them.</param>
internal sealed record ErrorDetail([property: JsonPropertyName("@type")] string? Type, string? Reason, string? RetryDelay);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GenerateRequest))]
[JsonSerializable(typeof(GenerateAnswer))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(StartUpload))]
[JsonSerializable(typeof(FileAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class GeminiJson : JsonSerializerContext
{
    /// <returns>Null when it is not JSON of that form: proxies answer with pages of their own.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContent content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            // As UTF-8 whatever the header says; a model may break off within a character.
            return JsonSerializer.Deserialize(LenientJson.Mend(await content.ReadAsByteArrayAsync(cancellationToken)).Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
