using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>A multipart/form-data body, part by part in the order of the calls, written by hand so that it may be odd.</summary>
public sealed class UploadForm
{
    public const string Boundary = "----------------------------vigint-test-boundary";

    private readonly List<byte> body = [];

    public static string ContentType => $"multipart/form-data; boundary={Boundary}";

    /// <summary>What a usual client sends: the video first, then what it says of it.</summary>
    /// <param name="hours">Null to leave <c>expiration_hours</c> out.</param>
    public static UploadForm Usual(string id, byte[] video, string? hours = null, JsonObject? metadata = null)
    {
        var form = new UploadForm().Video(video).Metadata(id, metadata);
        return hours is null ? form : form.Field("expiration_hours", hours);
    }

    /// <param name="fileName">Empty for a form in which no file was chosen.</param>
    public UploadForm Video(byte[] bytes, string fileName = "clip.mp4") => Part("video", fileName, bytes);

    public UploadForm Metadata(string text) => Field("metadata", text);

    /// <param name="more">Members beside the id.</param>
    public UploadForm Metadata(string id, JsonObject? more)
    {
        var metadata = more is null ? [] : (JsonObject)more.DeepClone();
        metadata["video_id"] = id;
        return Metadata(metadata.ToJsonString());
    }

    public UploadForm Field(string name, string text) => Part(name, fileName: null, Encoding.UTF8.GetBytes(text));

    public byte[] ToBytes() => [.. body, .. Encoding.UTF8.GetBytes($"--{Boundary}--\r\n")];

    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(ToBytes());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        return content;
    }

    private UploadForm Part(string name, string? fileName, byte[] bytes)
    {
        var file = fileName is null ? "" : $"; filename=\"{fileName}\"\r\nContent-Type: application/octet-stream";
        body.AddRange(Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"));
        body.AddRange(bytes);
        body.AddRange("\r\n"u8);
        return this;
    }
}
