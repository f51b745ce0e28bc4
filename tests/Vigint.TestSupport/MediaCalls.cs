using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>Calls that work on media (contract §6), the way clients make them.</summary>
public static class MediaCalls
{
    public const string Compress = "/api/video/compress";
    public const string Create = "/api/video/create";

    /// <summary>Compresses a clip that is sent as base64.</summary>
    /// <param name="members">Beside the clip: <c>max_size_mb</c>, …</param>
    public static Task<Answer> CompressAsync(this VideoApi api, byte[] clip, JsonObject? members = null)
    {
        var body = members is null ? [] : (JsonObject)members.DeepClone();
        body["video_data"] = Convert.ToBase64String(clip);
        return api.PostAsync(Compress, body.ToJsonString());
    }

    /// <param name="frames">Each as it is sent, in base64.</param>
    public static Task<Answer> CreateAsync(this VideoApi api, IEnumerable<string> frames, JsonObject? members = null)
    {
        var body = members is null ? [] : (JsonObject)members.DeepClone();
        body["frames"] = new JsonArray([.. frames.Select(frame => JsonValue.Create(frame))]);
        return api.PostAsync(Create, body.ToJsonString());
    }

    /// <summary>The file in an answer.</summary>
    public static byte[] Video(this Answer answer) => Convert.FromBase64String(answer.Text("video_data"));
}
