using System.Net;
using System.Security.Cryptography;
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

    /// <summary>Downloads the bytes that were uploaded for a link.</summary>
    /// <exception cref="LinkEndedException">The link has ended.</exception>
    /// <exception cref="ServerFailure">It was refused, broke off, came to a standstill or arrived damaged, every time.</exception>
    public Task<ClipFile> DownloadAsync(Uri link, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async token =>
            {
                return await Transfer.RunAsync(
                    Name,
                    async guard =>
                    {
                        using var answer = await client.GetAsync(
                            PrivateLink.ToOriginal(link),
                            HttpCompletionOption.ResponseHeadersRead,
                            guard.Token
                        );
                        if (answer.StatusCode != HttpStatusCode.OK)
                            throw await RefusedAsync(answer, guard.Token);
                        if (!HasKnownEnd(answer))
                            throw new ServerFailure(
                                $"{Name} does not say how long the video is, so nobody knows whether it arrives whole."
                            );
                        await using var body = await answer.Content.ReadAsStreamAsync(guard.Token);
                        var clip = await ClipFile.ReceiveAsync(body, guard.Moved, guard.Token);
                        if (TroubleOf(clip, answer) is not { } trouble)
                            return clip;
                        clip.Dispose();
                        throw trouble;
                    },
                    token
                );
            },
            cancellationToken
        );

    /// <summary>What the server tells of a link beside the bytes; servers older than Vigint tell nothing.</summary>
    /// <returns>Null when it tells nothing.</returns>
    /// <exception cref="LinkEndedException">The link has ended.</exception>
    public Task<JsonObject?> DescribeAsync(Uri link, CancellationToken cancellationToken) =>
        retries.RunAsync(
            async token =>
            {
                return await Transfer.RunAsync(
                    Name,
                    async guard =>
                    {
                        var address = new UriBuilder(link) { Path = $"{link.AbsolutePath.TrimEnd('/')}/info" }.Uri;
                        using var answer = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, guard.Token);
                        if (answer.StatusCode == HttpStatusCode.OK)
                            return await ServerApi.ReadAsync(answer, guard.Token);

                        // Busy is not the same as silent: the end of the links would be lost.
                        var refusal = await RefusedAsync(answer, guard.Token);
                        return refusal.MayPass ? throw refusal : null;
                    },
                    token
                );
            },
            cancellationToken
        );

    public void Dispose() => client.Dispose();

    private static ServerFailure? TroubleOf(ClipFile clip, HttpResponseMessage answer)
    {
        if (clip.SizeBytes == 0)
            return new ServerFailure($"{Name} sends an empty file.", answer.StatusCode);
        return Sha256Of(answer) is { } sha256 && sha256 != clip.Sha256
            ? new ServerFailure(
                $"{Name} names another SHA-256 than that of the bytes which arrive; they were damaged on the way, or where they are kept."
            )
            : null;
    }

    // Without any of these a connection that broke off looks like the end.
    private static bool HasKnownEnd(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentLength is not null
        || answer.Headers.TransferEncodingChunked == true
        || answer.Version >= HttpVersion.Version20
        || Sha256Of(answer) is not null;

    /// <returns>The hash that a Vigint server names an original by; null where the tag is of another kind.</returns>
    private static string? Sha256Of(HttpResponseMessage answer) =>
        answer.Headers.ETag is { IsWeak: false } tag
        && tag.Tag.Trim('"') is { Length: 2 * SHA256.HashSizeInBytes } text
        && text.All(char.IsAsciiHexDigitLower)
            ? text
            : null;

    /// <exception cref="LinkEndedException">It says that the link has ended, as servers of both kinds do.</exception>
    private static async Task<ServerFailure> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var said = (await ServerApi.ReadAsync(answer, cancellationToken))?["error"]?.ToString();
        if (answer.StatusCode == HttpStatusCode.Forbidden && said == "Link has expired")
            throw new LinkEndedException();
        return new ServerFailure($"{Name} answers {(int)answer.StatusCode}{(said is null ? "" : $" '{said}'")}.", answer.StatusCode)
        {
            RetryAfter = RetryTimes.Of(answer),
        };
    }
}
