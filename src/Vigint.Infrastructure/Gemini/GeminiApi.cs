using System.Globalization;
using System.Net.Http.Json;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// The REST calls of Gemini, each tried once. The key travels in a header. Whatever is no success is a <see cref="GeminiFailure"/>.
/// </summary>
internal sealed class GeminiApi(IHttpClientFactory clients, GeminiOptions options, TimeProvider clock)
{
    /// <summary>Of the client that the factory is asked for.</summary>
    public const string ClientName = "gemini";

    private const string KeyHeader = "x-goog-api-key";
    private const string UploadUrlHeader = "X-Goog-Upload-URL";
    private const int MostAnswerBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan ConnectingMayTake = TimeSpan.FromSeconds(10);

    /// <summary>No redirects: the key would go along to wherever they lead.</summary>
    public static SocketsHttpHandler NewHandler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectingMayTake,
        };

    /// <param name="inline">The clip when it is part of the request; null when the request names a file.</param>
    /// <param name="whenSent">Called when all of the question has been sent, so that the host may be at work.</param>
    /// <returns>Null when the answer is none that can be read.</returns>
    public async Task<GenerateAnswer?> GenerateAsync(
        string model,
        GenerateRequest request,
        VideoBytes? inline,
        Action whenSent,
        CancellationToken cancellationToken
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, At($"/v1beta/models/{model}:generateContent"))
        {
            Content = inline is null ? new QuestionContent(request, whenSent) : new InlineClipContent(request, inline, whenSent),
        };
        using var answer = await SendAsync(message, cancellationToken);
        return await GeminiJson.ReadAsync(answer.Content, GeminiJson.Default.GenerateAnswer, cancellationToken);
    }

    /// <summary>Begins an upload.</summary>
    /// <param name="name">
    /// With <c>files/</c> before it; chosen by us, so that the file can be removed even when the answer to its upload is lost.
    /// </param>
    /// <returns>Where its bytes go: an address of the same host.</returns>
    public async Task<Uri> StartUploadAsync(string name, string mimeType, long sizeBytes, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, At("/upload/v1beta/files"))
        {
            Content = JsonContent.Create(new StartUpload(new UploadedFile(name, mimeType)), GeminiJson.Default.StartUpload),
        };
        message.Headers.Add("X-Goog-Upload-Protocol", "resumable");
        message.Headers.Add("X-Goog-Upload-Command", "start");
        message.Headers.Add("X-Goog-Upload-Header-Content-Length", sizeBytes.ToString(CultureInfo.InvariantCulture));
        message.Headers.Add("X-Goog-Upload-Header-Content-Type", mimeType);
        using var answer = await SendAsync(message, cancellationToken);
        if (
            !answer.Headers.TryGetValues(UploadUrlHeader, out var addresses)
            || !Uri.TryCreate(addresses.First(), UriKind.Absolute, out var address)
        )
            throw new GeminiFailure(GeminiFault.Away, "NO_UPLOAD_ADDRESS");

        // The bytes and the key go to the host that the operator named, and to no other.
        var home = new Uri(options.BaseAddress);
        return address.Scheme == home.Scheme && address.Authority == home.Authority
            ? address
            : throw new GeminiFailure(GeminiFault.Away, "UPLOAD_ADDRESS_OF_ANOTHER_HOST");
    }

    /// <summary>Sends all bytes and ends the upload.</summary>
    public async Task<UploadedFile> UploadAsync(Uri address, VideoBytes clip, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new RawClipContent(clip) };
        message.Headers.Add("X-Goog-Upload-Command", "upload, finalize");
        message.Headers.Add("X-Goog-Upload-Offset", "0");
        using var answer = await SendAsync(message, cancellationToken);
        return (await GeminiJson.ReadAsync(answer.Content, GeminiJson.Default.FileAnswer, cancellationToken))?.File ?? throw Unreadable();
    }

    public async Task<UploadedFile> FindFileAsync(string name, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, At($"/v1beta/{name}"));
        using var answer = await SendAsync(message, cancellationToken);
        return await GeminiJson.ReadAsync(answer.Content, GeminiJson.Default.UploadedFile, cancellationToken) ?? throw Unreadable();
    }

    /// <summary>Asks for nothing but whether the host has the model for this key; costs nothing.</summary>
    public async Task RequireModelAsync(string model, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, At($"/v1beta/models/{model}"));
        using var answer = await SendAsync(message, cancellationToken);

        // A proxy that answers everything with a page of its own is no model.
        if (
            (await GeminiJson.ReadAsync(answer.Content, GeminiJson.Default.ModelAnswer, cancellationToken))?.Name?.StartsWith(
                "models/",
                StringComparison.Ordinal
            ) != true
        )
            throw Unreadable();
    }

    public async Task DeleteFileAsync(string name, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Delete, At($"/v1beta/{name}"));
        using var answer = await SendAsync(message, cancellationToken);
    }

    private Uri At(string path) => new(options.BaseAddress + path);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        message.Headers.Add(KeyHeader, options.ApiKey);
        var client = clients.CreateClient(ClientName);
        client.Timeout = Timeout.InfiniteTimeSpan; // each attempt has its own limit, on our clock
        client.MaxResponseContentBufferSize = MostAnswerBytes;
        try
        {
            var answer = await client.SendAsync(message, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw await FailureReader.ReadAsync(answer, clock.GetUtcNow(), cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new GeminiFailure(GeminiFault.Away, exception.HttpRequestError.ToString(), inner: exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting, which it tells as a cancellation.
            throw new GeminiFailure(GeminiFault.Away, "CONNECT_TIMEOUT", inner: exception);
        }
    }

    private static GeminiFailure Unreadable() => new(GeminiFault.Away, "UNREADABLE");
}
