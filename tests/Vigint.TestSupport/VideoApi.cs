using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>A stored video as its uploader knows it.</summary>
/// <param name="Link">Path and query of the private link, without scheme and host.</param>
public sealed record StoredVideo(string Id, string Link, string Expiration)
{
    public string Token => Link[(Link.IndexOf("token=", StringComparison.Ordinal) + "token=".Length)..];
}

/// <summary>Calls a server the way clients do.</summary>
/// <param name="client">Knows the server's address, and the key if there is one; disposed with this.</param>
public sealed class VideoApi(HttpClient client) : IDisposable
{
    private const string Uploads = "/api/v1/videos/upload";

    public Uri Address => client.BaseAddress!;

    /// <param name="key">Null for a caller without one.</param>
    public static VideoApi At(Uri address, string? key)
    {
        var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new VideoApi(client);
    }

    /// <summary>An id that nobody has used.</summary>
    public static string NewId(string prefix = "clip_") => $"{prefix}{Guid.NewGuid():N}";

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> HeadAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Head, path, null, headers);

    public Task<Answer> DeleteAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, headers);

    /// <param name="contentType">Null for a body that does not say what it is.</param>
    public Task<Answer> PostAsync(string path, string body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Post, path, content);
    }

    /// <summary>The answer as soon as its head is there; the body is still to be read.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) =>
        client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    public Task<Answer> UploadAsync(UploadForm form, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, Uploads, form.ToContent(), headers);

    /// <summary>Uploads while the video is read, in chunks: it has no known length and is never held in memory.</summary>
    public Task<Answer> UploadAsync(string id, Stream video) =>
        SendAsync(
            HttpMethod.Post,
            Uploads,
            new MultipartFormDataContent
            {
                {
                    new StreamContent(video) { Headers = { ContentType = new MediaTypeHeaderValue("video/mp4") } },
                    "video",
                    "clip.mp4"
                },
                { new StringContent(new JsonObject { ["video_id"] = id }.ToJsonString()), "metadata" },
            }
        );

    /// <summary>Uploads and expects it to work.</summary>
    public async Task<StoredVideo> StoreAsync(string id, byte[] video, string? hours = null, JsonObject? metadata = null) =>
        StoredFrom(await UploadAsync(UploadForm.Usual(id, video, hours, metadata)));

    /// <summary>Lengthens the life of a video and expects it to work.</summary>
    public async Task<StoredVideo> ExtendAsync(string id, double hours)
    {
        var answer = await PostAsync(
            "/api/v1/videos/link/extend",
            new JsonObject { ["video_id"] = id, ["additional_hours"] = hours }.ToJsonString()
        );
        return answer.Status == 200
            ? new StoredVideo(id, PathOf(answer.Text("private_link")), answer.Text("new_expiration"))
            : throw new InvalidOperationException($"The extension was answered {answer}");
    }

    /// <summary>Waits until nothing more is made of a video.</summary>
    /// <returns>What its record says of its playback then.</returns>
    public async Task<string> SettledAsync(string id)
    {
        var playback = "";
        await Eventually.RequireAsync(
            $"playback of {id} is settled",
            async () =>
            {
                playback = (await GetAsync($"/api/v1/videos/{Uri.EscapeDataString(id)}")).Text("playback");
                return playback != "preparing";
            }
        );
        return playback;
    }

    /// <summary>Waits until browsers play a video.</summary>
    public async Task ReadyAsync(string id)
    {
        if (await SettledAsync(id) is not "ready" and var playback)
            throw new InvalidOperationException($"Its playback is '{playback}'");
    }

    public static StoredVideo StoredFrom(Answer answer) =>
        answer.Status == 200
            ? new StoredVideo(answer.Text("video_id"), PathOf(answer.Text("private_link")), answer.Text("expiration_time"))
            : throw new InvalidOperationException($"The upload was answered {answer}");

    public void Dispose() => client.Dispose();

    private static string PathOf(string link) => new Uri(link).PathAndQuery;
}
