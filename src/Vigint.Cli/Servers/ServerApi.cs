using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigint.Cli.Servers;

/// <summary>Calls a Vigint server the way its clients do (contract §2–8).</summary>
internal sealed class ServerApi : IDisposable
{
    private const int MostAnswerBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan ConnectingMayTake = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswersMayTake = TimeSpan.FromSeconds(100);
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 80 };

    private readonly HttpClient client;
    private readonly string keyOptions;

    private ServerApi(Uri server, (string Header, string Value)? key, string keyOptions)
    {
        this.keyOptions = keyOptions;

        // Not where it is redirected to: the key would go along. The limit of time is each call's own.
        client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = ConnectingMayTake,
            }
        )
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostAnswerBytes,
        };
        if (key is not var (header, value))
            return;
        if (!value.All(char.IsAscii) || value.Any(char.IsControl))
            throw CommandFailedException.WrongUse($"The key holds a character that no key has; check {keyOptions}.");
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
    }

    public static ServerApi WithKey(Uri server, string key) => new(server, ("X-API-Key", key), "--key (VIGINT_KEY)");

    public static ServerApi AsAdministrator(Uri server, string key) => new(server, ("X-Admin-Key", key), "--admin-key (VIGINT_ADMIN_KEY)");

    public static ServerApi WithoutKey(Uri server) => new(server, null, "the server's settings");

    /// <param name="path">Without a slash in front.</param>
    /// <exception cref="ServerFailure">It was refused, or no answer came.</exception>
    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, AnswersMayTake, null, cancellationToken);

    /// <summary>How the server says it is; it says so with 503 when it is unwell.</summary>
    /// <exception cref="ServerFailure">No answer came, or not one of such a server.</exception>
    public Task<JsonNode> GetHealthAsync(CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, "api/health", null, AnswersMayTake, HttpStatusCode.ServiceUnavailable, cancellationToken);

    /// <exception cref="ServerFailure">It was refused, or no answer came.</exception>
    public Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, JsonContent.Create(body), AnswersMayTake, null, cancellationToken);

    /// <param name="mayTake">Longer than other calls, because it does much before it answers.</param>
    /// <exception cref="ServerFailure">It was refused, or no answer came.</exception>
    public Task<JsonNode> DeleteAsync(string path, TimeSpan mayTake, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Delete, path, null, mayTake, null, cancellationToken);

    /// <summary>A path and a query of those parameters that have a value.</summary>
    public static string Path(string path, params (string Name, string? Value)[] query)
    {
        var given = query.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}").ToList();
        return given.Count == 0 ? path : $"{path}?{string.Join('&', given)}";
    }

    /// <summary>Sends a request of any size; the caller limits its time.</summary>
    /// <returns>What was answered; its status is a success.</returns>
    /// <exception cref="ServerFailure">It was refused, or no answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await AnswerAsync(request, cancellationToken);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await FailureOfAsync(answer, cancellationToken);
    }

    /// <returns>Null for what is no JSON object.</returns>
    public static async Task<JsonObject?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonNode.ParseAsync(body, documentOptions: Deep, cancellationToken: cancellationToken) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new ServerFailure(
                $"The server {client.BaseAddress} cannot be reached ({exception.GetBaseException().Message}); check --server, and "
                    + $"that it runs.",
                cause: exception
            )
            {
                IsUnreachable =
                    exception.HttpRequestError
                        is HttpRequestError.ConnectionError
                            or HttpRequestError.NameResolutionError
                            or HttpRequestError.SecureConnectionError,
            };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The handler's own limit for connecting, which it tells as a cancellation.
            throw new ServerFailure(
                $"The server {client.BaseAddress} cannot be reached (no connection within {ConnectingMayTake.TotalSeconds:0} "
                    + $"seconds); check --server, and firewalls between here and there.",
                cause: exception
            )
            {
                IsUnreachable = true,
            };
        }
    }

    /// <param name="alsoAnswers">A status whose answer is to be read like that of a success; null when there is none.</param>
    private async Task<JsonNode> AskAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        TimeSpan mayTake,
        HttpStatusCode? alsoAnswers,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(mayTake);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var answer = await AnswerAsync(request, limit.Token);
            if (!answer.IsSuccessStatusCode && answer.StatusCode != alsoAnswers)
                throw await FailureOfAsync(answer, limit.Token);
            return await ReadAsync(answer, limit.Token) ?? throw NotVigint(answer.StatusCode);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerFailure(
                $"The server {client.BaseAddress} does not answer within {mayTake.TotalSeconds:0} seconds; try again later.",
                cause: exception
            );
        }
    }

    private async Task<ServerFailure> FailureOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
        {
            var place = answer.Headers.Location is { IsAbsoluteUri: true } there
                ? there.GetLeftPart(UriPartial.Authority)
                : "another address";
            return new ServerFailure(
                $"The server {client.BaseAddress} sends us on to {place}; give the address that it is really at as --server.",
                answer.StatusCode
            );
        }

        var problem = await ReadAsync(answer, cancellationToken);
        if (problem?["error"]?.ToString() is not { } error)
            return NotVigint(answer.StatusCode);
        var isKey = answer.StatusCode == HttpStatusCode.Unauthorized || error == "Invalid API key";
        return new ServerFailure(
            isKey ? $"The server refuses the key ({error}); check {keyOptions}." : $"{problem["detail"]?.ToString() ?? error}.",
            answer.StatusCode
        )
        {
            RetryAfter = RetryTimes.Of(answer),
            IsKeyRefused = isKey,
        };
    }

    private ServerFailure NotVigint(HttpStatusCode status) =>
        new($"What answers at {client.BaseAddress} is no Vigint server (HTTP {(int)status}); check --server.", status);
}
