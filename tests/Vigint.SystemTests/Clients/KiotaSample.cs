using Generated;
using Generated.Models;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Vigint.Application.Videos.Renditions;

/// <summary>A program over the client that Kiota generates: stores a clip and lists what is stored.</summary>
public static class KiotaSample
{
    /// <returns>The ids of the stored videos, each with its playback.</returns>
    public static async System.Threading.Tasks.Task<System.Collections.Generic.List<string>> RunAsync(
        string address,
        string key,
        string videoId,
        byte[] clip
    )
    {
        // Kiota's own provider of API keys takes no http:// address.
        using var http = new System.Net.Http.HttpClient();
        http.DefaultRequestHeaders.Add("X-API-Key", key);
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = address };
        var client = new VigintClient(adapter);

        var form = new MultipartBody();
        form.AddOrReplacePart("video", "video/mp4", clip, "clip.mp4");
        form.AddOrReplacePart("metadata", "text/plain", $$"""{"video_id":"{{videoId}}"}""");
        VideoUpload stored = await client.Api.V1.Videos.Upload.PostAsync(form);

        VideoList videos = await client.Api.V1.Videos.GetAsync(request => request.QueryParameters.Limit = 10);
        var found = new System.Collections.Generic.List<string> { $"{stored.VideoId} stored" };
        foreach (var video in videos.Videos)
            found.Add($"{video.VideoId} {video.Playback}");
        return found;
    }
}
