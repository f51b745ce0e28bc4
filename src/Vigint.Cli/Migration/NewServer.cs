using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Vigint.Cli.Servers;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>The server that videos go to. What would meet every video ends the migration.</summary>
internal sealed class NewServer(ServerApi api, Retries retries)
{
    /// <exception cref="ServerFailure">It cannot be reached, or the key is refused.</exception>
    public async Task RequireWelcomeAsync(CancellationToken cancellationToken) =>
        await api.GetAsync("api/v1/videos?limit=1", cancellationToken);

    /// <returns>The record of a video of that id; null when there is none of the caller's.</returns>
    /// <exception cref="MigrationEndedException">The server is away, or does not let us in any more.</exception>
    public Task<JsonNode?> FindAsync(VideoId id, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                try
                {
                    return (JsonNode?)await api.GetAsync($"api/v1/videos/{Uri.EscapeDataString(id.Text)}", token);
                }
                catch (ServerFailure failure) when (failure.Status == HttpStatusCode.NotFound)
                {
                    return null;
                }
            },
            cancellationToken
        );

    /// <summary>Reads a stored video to know its hash: a server that took it in from a folder has not hashed it.</summary>
    /// <exception cref="MigrationEndedException">The server is away.</exception>
    public Task<string> HashAsync(JsonNode record, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                return await Transfer.RunAsync(
                    "The server",
                    async guard =>
                    {
                        // The path alone: the link may begin with an address that leads here from elsewhere only.
                        var link = PrivateLink.ToOriginal(new Uri(record["private_link"]!.GetValue<string>()));
                        using var request = new HttpRequestMessage(HttpMethod.Get, link.PathAndQuery.TrimStart('/'));
                        using var answer = await api.SendAsync(request, guard.Token);
                        await using var body = await answer.Content.ReadAsStreamAsync(guard.Token);
                        using var stored = await ClipFile.ReceiveAsync(body, guard.Moved, guard.Token);
                        return stored.Sha256;
                    },
                    token
                );
            },
            cancellationToken
        );

    /// <param name="hours">
    /// How long its links are to work; null for as long as is usual there. The same at every try, by which the server knows one for a try
    /// again.
    /// </param>
    /// <returns>What the server answers.</returns>
    /// <exception cref="MigrationEndedException">The server is away, does not let us in any more, or is full.</exception>
    public Task<JsonObject> UploadAsync(VideoId id, ClipFacts facts, ClipFile clip, double? hours, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                return await Transfer.RunAsync(
                    "The server",
                    async guard =>
                    {
                        using var form = FormOf(id, facts, hours, new ClipContent(clip, guard.Moved));
                        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/videos/upload") { Content = form };
                        using var answer = await api.SendAsync(request, guard.Token);
                        return await ServerApi.ReadAsync(answer, guard.Token)
                            ?? throw new ServerFailure("The server's answer cannot be read.");
                    },
                    token
                );
            },
            cancellationToken
        );

    /// <summary>
    /// Lets all links of a video work longer. Not tried again: where only the answer was lost, the hours would be added twice.
    /// </summary>
    /// <exception cref="ServerFailure">It was refused, or no answer came.</exception>
    public Task ExtendAsync(VideoId id, double hours, CancellationToken cancellationToken) =>
        api.PostAsync(
            "api/v1/videos/link/extend",
            new JsonObject { ["video_id"] = id.Text, ["additional_hours"] = hours },
            cancellationToken
        );

    /// <summary>Whether a link that somebody holds opens a video here.</summary>
    /// <exception cref="MigrationEndedException">The server is away.</exception>
    public Task<bool> IsOpenedByAsync(VideoId id, string linkToken, CancellationToken cancellationToken) =>
        AskAsync(
            async token =>
            {
                var answer = await api.GetAsync(
                    ServerApi.Path("api/v1/videos/link/verify", ("video_id", id.Text), ("token", linkToken)),
                    token
                );
                return answer["valid"]!.GetValue<bool>();
            },
            cancellationToken
        );

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await retries.RunAsync(call, cancellationToken);
        }
        catch (ServerFailure failure) when (failure.IsOfAll)
        {
            throw new MigrationEndedException(failure.Message, failure);
        }
    }

    // The metadata first: what is refused for it is refused before the bytes are sent.
    private static MultipartFormDataContent FormOf(VideoId id, ClipFacts facts, double? hours, ClipContent clip)
    {
        var form = new MultipartFormDataContent { { new StringContent(facts.Metadata.ToJsonString(), Encoding.UTF8), "metadata" } };
        if (hours is { } life)
            form.Add(new StringContent(life.ToString("R", CultureInfo.InvariantCulture)), "expiration_hours");
        var hasName = facts.FileName is { Length: > 0 } name && !name.Any(char.IsControl);
        form.Add(clip, "video", hasName ? facts.FileName! : $"video_{id.Text}.mp4");
        return form;
    }
}
