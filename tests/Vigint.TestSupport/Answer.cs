using System.Text;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>An HTTP answer, read to its end.</summary>
/// <param name="Headers">Those of the body too; several values of a name joined by a comma.</param>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>Fails when the body is no JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The body is the JSON null.");

    /// <summary>The member that old clients read.</summary>
    public string Error => Text("error");

    public string? ContentType => Header("Content-Type")?.Split(';')[0];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public JsonNode? Member(string name) => Json[name];

    public string Text(string name) =>
        Json[name]?.GetValue<string>() ?? throw new InvalidOperationException($"No member {name} in: {BodyText}");

    public double Number(string name) =>
        Json[name]?.GetValue<double>() ?? throw new InvalidOperationException($"No member {name} in: {BodyText}");

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            headers[name] = string.Join(", ", values);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    public override string ToString() =>
        $"{Status} {(ContentType is "application/json" or "application/problem+json" ? BodyText : $"({Body.Length} bytes)")}";
}
