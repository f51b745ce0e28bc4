using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>A client as its administrator knows it.</summary>
public sealed record MadeClient(int Id, string Key);

/// <summary>Calls a server the way an administrator does.</summary>
/// <param name="key">Null for a caller without one.</param>
public sealed class AdminApi(HttpClient client, string? key = VigintServer.Key) : IDisposable
{
    private readonly VideoApi api = new(client);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, string body = "") => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>Adds a client and expects it to work.</summary>
    public async Task<MadeClient> AddClientAsync(string? name = null)
    {
        name ??= $"Shop {Guid.NewGuid():N}";
        var answer = await PostAsync(
            "/admin/clients",
            new JsonObject { ["name"] = name, ["email"] = $"{Guid.NewGuid():N}@example.org" }.ToJsonString()
        );
        return answer.Status == 201
            ? new MadeClient((int)answer.Number("client_id"), answer.Text("api_key"))
            : throw new InvalidOperationException($"The client was answered {answer}");
    }

    public void Dispose() => api.Dispose();

    private Task<Answer> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers) =>
        api.SendAsync(
            method,
            path,
            body is null ? null : new StringContent(body),
            key is null ? headers : [("X-Admin-Key", key), .. headers]
        );
}
