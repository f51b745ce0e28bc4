using System.Net;
using System.Text.Json.Nodes;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Migration;

/// <summary>The server that videos come from, asked by private links; needs no key.</summary>
internal sealed class OldServer(Retries retries) : IDisposable
{
    private const string Name = "The old server";

    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Downloads what a link leads to.</summary>
    /// <exception cref="ServerFailure">It was refused, broke off or came to a standstill, every time.</exception>
    public Task<ClipFile> DownloadAsync(Uri link, CancellationToken cancellationToken) => retries.RunAsync(async token =>
    {
        return await Transfer.RunAsync(Name, async guard =>
        {
            using var answer = await client.GetAsync(link, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw await RefusedAsync(answer, guard.Token);
            await using var body = await answer.Content.ReadAsStreamAsync(guard.Token);
            var clip = await ClipFile.ReceiveAsync(body, guard.Moved, guard.Token);
            if (clip.SizeBytes > 0)
                return clip;
            clip.Dispose();
            throw new ServerFailure($"{Name} sends an empty file.", answer.StatusCode);
        }, token);
    }, cancellationToken);

    /// <summary>What the server tells of a link beside the bytes; servers older than Vigint tell nothing.</summary>
    /// <returns>Null when it tells nothing.</returns>
    public Task<JsonObject?> DescribeAsync(Uri link, CancellationToken cancellationToken) => retries.RunAsync(async token =>
    {
        return await Transfer.RunAsync(Name, async guard =>
        {
            var address = new UriBuilder(link) { Path = $"{link.AbsolutePath.TrimEnd('/')}/info" }.Uri;
            using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
                return await ServerApi.ReadAsync(answer, guard.Token);

            // Busy is not the same as silent: the end of the links would be lost.
            var refusal = await RefusedAsync(answer, guard.Token);
            return refusal.MayPass ? throw refusal : null;
        }, token);
    }, cancellationToken);

    public void Dispose() => client.Dispose();

    private static async Task<ServerFailure> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var said = (await ServerApi.ReadAsync(answer, cancellationToken))?["error"]?.ToString();
        return new ServerFailure($"{Name} answers {(int)answer.StatusCode}{(said is null ? "" : $" '{said}'")}.", answer.StatusCode)
        {
            RetryAfter = RetryTimes.Of(answer),
        };
    }
}
