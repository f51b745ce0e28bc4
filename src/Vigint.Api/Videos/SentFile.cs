using Microsoft.Net.Http.Headers;

namespace Vigint.Api.Videos;

/// <summary>What the headers say of a file, worked out once.</summary>
/// <param name="ETag">In quotation marks; <paramref name="Tag"/> is the same.</param>
/// <param name="LastModified">As a header has it; <paramref name="Modified"/> is the same, in whole seconds.</param>
internal sealed record SentFile(
    string ETag,
    EntityTagHeaderValue Tag,
    string LastModified,
    DateTimeOffset Modified,
    string ContentType,
    string Disposition
)
{
    /// <param name="disposition"><c>inline</c> or <c>attachment</c>.</param>
    public static SentFile Of(string eTag, DateTimeOffset lastModified, string contentType, string disposition, string fileName)
    {
        var modified = DateTimeOffset.FromUnixTimeSeconds(lastModified.ToUnixTimeSeconds());

        // Quotes, line breaks and foreign letters in a name are encoded by the header's own rules.
        var value = new ContentDispositionHeaderValue(disposition);
        value.SetHttpFileName(fileName);
        return new SentFile(
            eTag,
            new EntityTagHeaderValue(eTag),
            HeaderUtilities.FormatDate(modified),
            modified,
            contentType,
            value.ToString()
        );
    }
}
