using System.Text;
using System.Text.Json;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>What the part <c>metadata</c> of an upload says; members that mean nothing to this server are kept as they came.</summary>
/// <param name="Json">The object as it came, made JSON where it was only Python's.</param>
/// <param name="FileHash">64 lower-case hex digits; null when not given.</param>
/// <param name="LinkText">
/// The <c>expiration_time</c> from which the client may make a link itself, as it was written; null when there is none.
/// </param>
public sealed record ClipMetadata(VideoId VideoId, string Json, string? FileHash, string? LinkText)
{
    /// <summary>Most that metadata may take, in bytes of UTF-8 (contract §3).</summary>
    public const int MostBytes = 1024 * 1024;

    private const int MostLevels = 64;

    // No clock writes more; what is longer was not meant as a time.
    private const int LongestLinkText = 100;

    private const int HashDigits = 64;

    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/>, with the contract's sentences.</exception>
    public static ClipMetadata Parse(string sent)
    {
        var json = LenientJson.Mend(Encoding.UTF8.GetBytes(sent));
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostLevels });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw VideoRefusals.InvalidMetadata("The part 'metadata' must be a JSON object");

            return new ClipMetadata(IdOf(root), Encoding.UTF8.GetString(json.Span), HashOf(root), LinkTextOf(root));
        }
        catch (JsonException)
        {
            throw VideoRefusals.InvalidMetadata($"The part 'metadata' must be a JSON object of at most {MostLevels} levels");
        }
    }

    private static VideoId IdOf(JsonElement root)
    {
        if (!root.TryGetProperty("video_id", out var id))
            throw VideoRefusals.IdMissing();
        return id.ValueKind switch
        {
            JsonValueKind.String when id.GetString() is { Length: > 0 } text => VideoId.Parse(text),
            JsonValueKind.Number => VideoId.Parse(id.GetRawText()),
            JsonValueKind.String or JsonValueKind.Null => throw VideoRefusals.IdMissing(),
            _ => throw VideoRefusals.UnusableId(),
        };
    }

    private static string? HashOf(JsonElement root)
    {
        if (!root.TryGetProperty("file_hash", out var hash) || hash.ValueKind == JsonValueKind.Null)
            return null;
        if (hash.ValueKind != JsonValueKind.String || hash.GetString() is not { } text)
            throw VideoRefusals.UnusableHash();
        if (text.Length == 0)
            return null;
        return text.Length == HashDigits && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : throw VideoRefusals.UnusableHash();
    }

    private static string? LinkTextOf(JsonElement root) =>
        root.TryGetProperty("expiration_time", out var time)
        && time.ValueKind == JsonValueKind.String
        && time.GetString() is { Length: > 0 and <= LongestLinkText } text
            ? text
            : null;
}
