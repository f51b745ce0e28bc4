using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// The form of <c>video_{id}.json</c>: the client's metadata with this server's <c>expiration_time</c>, as the old server wrote
/// it, and one member <c>vigint</c> with what this server knows beside it. Members of the metadata that have one of these
/// two names are kept under <c>vigint.metadata</c>. A file without <c>vigint</c> is an old server's.
/// </summary>
internal static class SidecarFile
{
    private const string OwnMember = "vigint";
    private const string ExpirationMember = "expiration_time";
    private const int MostLevels = 80;
    private const int LongestRevision = 100;

    // Read by people too; it is no web page, so only JSON's own escapes are needed.
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        MaxDepth = MostLevels,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MostLevels };

    public static byte[] Write(Video video)
    {
        using var metadata = JsonDocument.Parse(video.Metadata, Lenient);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            foreach (var member in metadata.RootElement.EnumerateObject().Where(member => !IsShadowed(member.Name)))
                WriteAsItCame(writer, member);
            writer.WriteString(ExpirationMember, video.Expiration.Text);
            WriteOwn(writer, video, metadata.RootElement);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads a sidecar, this server's or an old one's.</summary>
    /// <param name="id">From the file's name, which decides.</param>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    public static Video Read(VideoId id, ReadOnlyMemory<byte> content, long sizeBytes, DateTimeOffset writtenAt)
    {
        try
        {
            using var document = JsonDocument.Parse(LenientJson.Mend(content), Lenient);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException("its JSON file holds no object");
            var expiration =
                LinkExpiration.Read(TextOf(root, ExpirationMember))
                ?? throw new InvalidDataException("its JSON file has no expiration_time that is a time");
            return
                root.TryGetProperty(OwnMember, out var own) && own.ValueKind == JsonValueKind.Object && TextOf(own, "revision") is not null
                ? ReadOwn(id, root, own, expiration, sizeBytes)
                : ReadOld(id, root, expiration, sizeBytes, writtenAt);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException("its JSON file is damaged", exception);
        }
    }

    /// <returns>The id in a sidecar of this server's own; null when it is not one, or damaged.</returns>
    public static VideoId? IdOf(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(RegularFile.Read(path), Lenient);
            return document.RootElement.TryGetProperty(OwnMember, out var own) ? VideoId.OfStored(TextOf(own, "video_id")) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsShadowed(string name) => name is OwnMember or ExpirationMember;

    private static void WriteOwn(Utf8JsonWriter writer, Video video, JsonElement metadata)
    {
        writer.WriteStartObject(OwnMember);
        writer.WriteString("video_id", video.Id.Text);
        writer.WriteString("owner", video.Owner);
        writer.WriteString("revision", video.Revision);
        writer.WriteNumber("version", video.Version);
        writer.WriteStartArray("link_texts");
        foreach (var text in video.LinkTexts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
        if (video.ExpirationHours is { } hours)
            writer.WriteNumber("expiration_hours", hours);
        writer.WriteNumber("uploaded_at_ms", video.UploadedAt.ToUnixTimeMilliseconds());
        if (video.Sha256 is not null)
            writer.WriteString("sha256", video.Sha256);
        if (video.FileName is not null)
            writer.WriteString("filename", video.FileName);
        WriteMedia(writer, video.Media);
        writer.WriteStartObject("metadata");
        foreach (var member in metadata.EnumerateObject().Where(member => IsShadowed(member.Name)))
            WriteAsItCame(writer, member);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Not indented: a megabyte of brackets would become sixty.
    private static void WriteAsItCame(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        writer.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
    }

    private static void WriteMedia(Utf8JsonWriter writer, MediaFacts media)
    {
        writer.WriteString("content_type", media.ContentType);
        if (media.DurationSeconds is { } duration)
            writer.WriteNumber("duration_seconds", duration);
        if (media.Width is { } width)
            writer.WriteNumber("width", width);
        if (media.Height is { } height)
            writer.WriteNumber("height", height);
        if (media.Codec is not null)
            writer.WriteString("codec", media.Codec);
    }

    private static Video ReadOwn(VideoId id, JsonElement root, JsonElement own, LinkExpiration expiration, long sizeBytes) =>
        new()
        {
            Id = id,
            Owner = OwnerOf(own),
            Revision = RevisionOf(own),
            Version = (int?)NumberOf(own, "version") ?? 0,
            Expiration = expiration,
            LinkTexts = own.TryGetProperty("link_texts", out var texts)
                ?
                [
                    .. texts
                        .EnumerateArray()
                        .Select(text => text.GetString() ?? throw new InvalidDataException("its JSON file has a link that is no text")),
                ]
                : [expiration.Text],
            ExpirationHours = NumberOf(own, "expiration_hours"),
            UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(
                own.TryGetProperty("uploaded_at_ms", out var at)
                    ? at.GetInt64()
                    : throw new InvalidDataException("its JSON file does not say when it was uploaded")
            ),
            SizeBytes = sizeBytes,
            Sha256 = LineOf(own, "sha256"),
            FileName = LineOf(own, "filename"),
            Media = new MediaFacts(
                LineOf(own, "content_type") ?? "video/mp4",
                NumberOf(own, "duration_seconds"),
                (int?)NumberOf(own, "width"),
                (int?)NumberOf(own, "height"),
                LineOf(own, "codec")
            ),
            Metadata = MetadataOf(root, own),
        };

    // The old server knew none of this; it served everything as MP4, and everything was its operator's. Of two files that came under
    // one name, time and size tell them apart.
    private static Video ReadOld(VideoId id, JsonElement root, LinkExpiration expiration, long sizeBytes, DateTimeOffset writtenAt) =>
        new()
        {
            Id = id,
            Owner = Video.OperatorOwner,
            Revision = $"taken-in-{writtenAt.ToUnixTimeMilliseconds():x}-{sizeBytes:x}",
            Expiration = expiration,
            LinkTexts = [expiration.Text],
            UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(writtenAt.ToUnixTimeMilliseconds()),
            SizeBytes = sizeBytes,
            Media = new MediaFacts("video/mp4"),
            Metadata = root.GetRawText(),
        };

    private static string MetadataOf(JsonElement root, JsonElement own)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable with { Indented = false }))
        {
            writer.WriteStartObject();
            foreach (var member in root.EnumerateObject().Where(member => !IsShadowed(member.Name)))
                WriteAsItCame(writer, member);
            if (own.TryGetProperty("metadata", out var shadowed))
            {
                foreach (var member in shadowed.EnumerateObject())
                    WriteAsItCame(writer, member);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    // Another than the one that is written there would be somebody else.
    private static string OwnerOf(JsonElement own) =>
        TextOf(own, "owner") is { } text && !text.Any(char.IsControl)
            ? text
            : throw new InvalidDataException("its JSON file does not say whose it is");

    // Names files, so it is what this server makes of one and nothing else.
    private static string RevisionOf(JsonElement own) =>
        TextOf(own, "revision") is { Length: > 0 and <= LongestRevision } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? text
            : throw new InvalidDataException("its JSON file has a revision that is none");

    // Written by versions that took what no database keeps, or by hand.
    private static string? LineOf(JsonElement element, string name) => TextOf(element, name)?.WithoutControls('\ufffd');

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? NumberOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
