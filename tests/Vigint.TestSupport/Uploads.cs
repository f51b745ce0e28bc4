using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>An upload as old clients send it.</summary>
public static class Uploads
{
    private static int count;

    /// <summary>An id that no other test of this run has.</summary>
    public static string NewId(string about = "clip") => $"{about}_{Environment.ProcessId}_{Interlocked.Increment(ref count)}";

    public static MultipartFormDataContent Form(HttpContent video, string id, object? metadata = null, string? expirationHours = null)
    {
        video.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
        var text = JsonSerializer.SerializeToNode(metadata ?? new { })!.AsObject();
        text["video_id"] = id;
        var form = new MultipartFormDataContent { { video, "video", "clip.mp4" }, { new StringContent(text.ToJsonString()), "metadata" } };
        if (expirationHours is not null)
            form.Add(new StringContent(expirationHours), "expiration_hours");
        return form;
    }

    public static async Task<HttpResponseMessage> SendUploadAsync(
        this HttpClient client, byte[] video, string id, object? metadata = null, string? expirationHours = null)
    {
        using var form = Form(new ByteArrayContent(video), id, metadata, expirationHours);
        return await client.PostAsync("/api/v1/videos/upload", form);
    }

    /// <summary>Uploads, which must succeed.</summary>
    /// <returns>The private link.</returns>
    public static async Task<Uri> UploadAsync(this HttpClient client, byte[] video, string id, object? metadata = null, string? expirationHours = null)
    {
        using var answer = await client.SendUploadAsync(video, id, metadata, expirationHours);
        var json = await answer.Content.ReadFromJsonAsync<JsonObject>();
        return (int)answer.StatusCode == 200
            ? new Uri((string)json!["private_link"]!)
            : throw new InvalidOperationException($"The upload was refused: {json}");
    }
}
