// Uploads a clip, analyzes it, sends an alert and extends the link. .NET 10, no packages.
//
//   VIGINT_URL=http://127.0.0.1:5002 VIGINT_KEY=... dotnet run Vigint.cs clip.mp4

#:property PublishAot=false

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

using var http = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("VIGINT_URL") ?? "http://127.0.0.1:5002") };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("VIGINT_KEY"));

var videoId = $"dotnet_{Guid.NewGuid():N}";
var stored = await UploadAsync(args[0], new JsonObject { ["video_id"] = videoId, ["camera"] = "front door" }, hours: 48);
Console.WriteLine($"link: {stored["private_link"]}");

var verdict = await PostAsync("/api/video/analyze", new JsonObject { ["video_id"] = videoId });

// Null when no model judged the clip, as with ANALYZER=motion.
Console.WriteLine($"incident: {verdict["incident_detected"]?.ToString() ?? "null"}");

var alert = await PostAsync(
    "/api/video/alert",
    new JsonObject
    {
        ["analysis"] = (string?)verdict["analysis"],
        ["risk_level"] = (string?)verdict["risk_level"] ?? "MEDIUM",
        ["video_id"] = videoId,
        ["source_id"] = "front_door",
        ["source_name"] = "Front door",
    }
);
Console.WriteLine($"alert: {alert["status"]}");

var extended = await PostAsync("/api/v1/videos/link/extend", new JsonObject { ["video_id"] = videoId, ["additional_hours"] = 24 });
Console.WriteLine($"works until: {extended["new_expiration"]}");

async Task<JsonNode> UploadAsync(string clip, JsonObject metadata, int hours)
{
    await using var file = File.OpenRead(clip);
    using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/videos/upload")
    {
        Content = new MultipartFormDataContent
        {
            { new StringContent(metadata.ToJsonString()), "metadata" },
            { new StringContent($"{hours}"), "expiration_hours" },
            { new StreamContent(file), "video", "clip.mp4" },
        },
    };

    // The same key on a retry: the server stores the clip once and gives the same answer.
    request.Headers.Add("Idempotency-Key", (string?)metadata["video_id"]);
    using var answer = await http.SendAsync(request);
    return await ReadAsync(answer);
}

async Task<JsonNode> PostAsync(string path, JsonObject body)
{
    using var content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
    using var answer = await http.PostAsync(path, content);
    return await ReadAsync(answer);
}

// 207 is a success, too: the alert is stored and tried again.
static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
{
    var json = await answer.Content.ReadFromJsonAsync<JsonNode>() ?? throw new InvalidOperationException("The answer is empty.");
    return answer.IsSuccessStatusCode
        ? json
        : throw new InvalidOperationException($"{(int)answer.StatusCode} {json["error"]}: {json["detail"]}");
}
