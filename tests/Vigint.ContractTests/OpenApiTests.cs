using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>The API's own description, and whether it is true.</summary>
[OwnServer("its endpoints"), AnyDatabase]
public sealed partial class OpenApiTests : ContractFixture
{
    // The address of uploads asked for with another method, and what describes the API.
    private static readonly string[] NoCalls =
    [
        "GET /api/v1/videos/upload",
        "GET /openapi/",
        "GET /docs/",
        "GET /problems",
        "GET /problems/",
    ];

    private JsonObject document = null!;

    [OneTimeSetUp]
    public async Task Read() => document = (await Anybody.GetAsync("/openapi/v1.json")).Json.AsObject();

    private IEnumerable<(string Call, JsonObject Operation)> Operations =>
        document["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(one => ($"{one.Key.ToUpperInvariant()} {path.Key}", one.Value!.AsObject())));

    private IEnumerable<(string Call, JsonNode Parameter)> Parameters =>
        Operations.SelectMany(one => one.Operation["parameters"]?.AsArray().Select(parameter => (one.Call, parameter!)) ?? []);

    [Test]
    public async Task The_committed_document_is_the_servers()
    {
        var committed = await File.ReadAllTextAsync(Repository.At("docs", "openapi.json"));

        Assert.That(
            committed.Trim(),
            Is.EqualTo((await Anybody.GetAsync("/openapi/v1.json")).BodyText.Trim()),
            "Start the server, look at what has changed, and keep it: curl -s localhost:5002/openapi/v1.json > docs/openapi.json"
        );
    }

    [Test]
    public async Task It_is_made_once_whatever_is_asked_beside_it()
    {
        var first = await Anybody.GetAsync("/openapi/v1.json");
        var another = await Anybody.GetAsync("/openapi/v1.json?x=1");

        Assert.That(another.BodyText, Is.EqualTo(first.BodyText));
        Assert.That(another.Header("Age"), Is.Not.Null, "It was made anew.");
    }

    [Test]
    public void Every_endpoint_is_in_the_document()
    {
        var mapped = Server
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method =>
                    $"{method} {PathOf(endpoint)}"
                )
            )
            .Where(call => !NoCalls.Any(no => call == no || (no.EndsWith('/') && call.StartsWith(no, StringComparison.Ordinal))));

        Assert.That(mapped.Except(Operations.Select(one => one.Call)), Is.Empty);
    }

    [Test]
    public void Every_call_says_what_it_does_and_who_may_make_it() =>
        Assert.That(
            Operations
                .Where(one =>
                    one.Operation["summary"] is null
                    || one.Operation["tags"]![0]!.GetValue<string>() == "Other"
                    || one.Operation["security"] is null
                )
                .Select(one => one.Call),
            Is.Empty
        );

    [Test]
    public void Every_body_and_every_answer_in_JSON_has_an_example_that_its_schema_knows()
    {
        var bad = Operations
            .SelectMany(one => JsonOf(one.Operation).Select(json => (one.Call, Trouble: TroubleOf(json))))
            .Where(one => one.Trouble is not null);

        Assert.That(bad, Is.Empty);
    }

    [Test]
    public void Every_error_is_a_problem_with_an_example_of_its_status()
    {
        var bad = Operations.SelectMany(one =>
            one.Operation["responses"]!
                .AsObject()
                .Where(answer => answer.Key[0] is '4' or '5' && !IsProblem(answer.Key, answer.Value!))
                .Select(answer => $"{one.Call} {answer.Key}")
        );

        Assert.That(
            bad,
            Is.EquivalentTo(new[] { "GET /api/health 503", "GET /health 503" }),
            "health has one form for both of its answers"
        );
    }

    [Test]
    public void Every_call_that_needs_a_key_tells_how_it_is_refused_without() =>
        Assert.That(
            Operations
                .Where(one => one.Operation["security"]!.AsArray().Count > 0 && one.Operation["responses"]!["401"] is null)
                .Select(one => one.Call),
            Is.Empty
        );

    [Test]
    public void Nothing_that_may_be_absent_is_filled_in_on_the_page_for_trying_calls()
    {
        var filledIn = Parameters.Where(one => one.Parameter["required"]?.GetValue<bool>() != true && one.Parameter["example"] is not null);

        Assert.That(
            filledIn.Select(one => $"{one.Call} {one.Parameter["name"]}"),
            Is.Empty,
            "a filled-in cursor is sent, and the list is empty"
        );
    }

    [Test]
    public void A_limit_is_a_whole_number() =>
        Assert.That(
            Parameters.Where(one => (string?)one.Parameter["name"] == "limit").Select(one => (string?)one.Parameter["schema"]!["type"]),
            Is.Not.Empty.And.All.EqualTo("integer")
        );

    [TestCase("playback", "preparing", "ready", "original only", "failed")]
    [TestCase("risk_level", "LOW", "MEDIUM", "HIGH")]
    [TestCase("state", "queued", "delivered", "outbox", "failed", "ignored")]
    [TestCase("delivery_status", "queued", "delivered", "outbox", "failed", "ignored")]
    [TestCase("channel", "mail", "webhook", "ntfy")]
    [TestCase("action", "uploaded", "opened", "extended", "deleted", "expired", "missing")]
    public void A_member_with_few_values_names_them(string member, params string[] values)
    {
        var enumerations = document["components"]!["schemas"]!
            .AsObject()
            .Where(schema => schema.Key != "LinkInfo")
            .Select(schema => schema.Value!["properties"]?[member])
            .OfType<JsonNode>()
            .Select(schema => schema["enum"]?.AsArray().Select(value => (string?)value));

        Assert.That(enumerations, Is.Not.Empty.And.All.EquivalentTo(values));
    }

    [Test]
    public void Every_status_names_its_values() =>
        Assert.That(
            document["components"]!["schemas"]!
                .AsObject()
                .Where(schema =>
                    schema.Value!["properties"]?["status"] is { } status && (string?)status["type"] == "string" && status["enum"] is null
                )
                .Select(schema => schema.Key),
            Is.Empty
        );

    [Test]
    public void No_schema_is_called_like_a_class()
    {
        var names = document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key);

        Assert.That(
            names.Where(name =>
                name.StartsWith("Json", StringComparison.Ordinal)
                || name.EndsWith("Answer", StringComparison.Ordinal)
                || name.EndsWith("Body", StringComparison.Ordinal)
            ),
            Is.Empty
        );
    }

    [Test]
    public async Task What_calls_really_answer_is_what_the_document_says()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(), metadata: new JsonObject { ["source"] = "cam-1" });
        (string Call, Answer Answer)[] answers =
        [
            ("GET /api/v1/videos", await Api.GetAsync("/api/v1/videos")),
            ("GET /api/v1/videos/{video_id}", await Api.GetAsync(Record(stored.Id))),
            ("GET /api/v1/videos/{video_id}/audit", await Api.GetAsync($"{Record(stored.Id)}/audit")),
            ("GET /video/{video_id}/info", await Anybody.GetAsync($"/video/{stored.Id}/info?token={stored.Token}")),
            (
                "GET /api/v1/videos/link/verify",
                await Anybody.GetAsync($"/api/v1/videos/link/verify?video_id={stored.Id}&token={stored.Token}")
            ),
            (
                "POST /api/v1/videos/link/extend",
                await Api.PostAsync("/api/v1/videos/link/extend", $$"""{"video_id":"{{stored.Id}}","additional_hours":1}""")
            ),
            ("POST /api/v1/videos/upload", await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()))),
            ("GET /api/storage/status", await Api.GetAsync("/api/storage/status")),
            ("POST /api/storage/cleanup", await Api.PostAsync("/api/storage/cleanup", """{"dry_run":true}""")),
            ("GET /api/health", await Anybody.GetAsync("/api/health")),
            ("GET /health/live", await Anybody.GetAsync("/health/live")),
            ("GET /api/usage", await Api.GetAsync("/api/usage")),
            ("GET /admin/clients", await Anybody.GetAsync("/admin/clients", ("X-Admin-Key", VigintServer.Key))),
            ("GET /admin/usage", await Anybody.GetAsync("/admin/usage", ("X-Admin-Key", VigintServer.Key))),
        ];

        var operations = Operations.ToDictionary(one => one.Call, one => one.Operation, StringComparer.Ordinal);
        var wrong = answers.Select(one =>
            (
                one.Call,
                one.Answer.Status,
                Trouble: TroubleOf(operations[one.Call]["responses"]!["200"]!["content"]!["application/json"]!["schema"]!, one.Answer.Json)
            )
        );

        Assert.That(wrong.Where(one => one.Status != 200 || one.Trouble is not null), Is.Empty);
    }

    private static string PathOf(RouteEndpoint endpoint) =>
        $"/{Constraint().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "{$1}")}";

    private bool IsProblem(string status, JsonNode answer) =>
        answer["content"]?["application/problem+json"] is { } problem
        && (string?)problem["schema"]!["$ref"] == "#/components/schemas/Problem"
        && problem["examples"]!.AsObject() is { Count: > 0 } examples
        && examples.All(one => $"{Resolve(one.Value!)["value"]!["status"]}" == status);

    private static IEnumerable<JsonNode> JsonOf(JsonObject operation) =>
        operation["responses"]!
            .AsObject()
            .Select(answer => answer.Value)
            .Append(operation["requestBody"])
            .Select(one => one?["content"]?["application/json"])
            .OfType<JsonNode>();

    private string? TroubleOf(JsonNode json) => json["example"] is { } example ? TroubleOf(json["schema"]!, example) : "it has no example";

    // Members by name, those that must be there, and the kinds of values; deep.
    private string? TroubleOf(JsonNode schema, JsonNode? value)
    {
        schema = Resolve(schema);
        var parts = schema["allOf"]?.AsArray().Select(part => Resolve(part!)).ToList() ?? [schema];
        if (value is null)
            return parts.All(part => part["type"] is null || part["nullable"]?.GetValue<bool>() == true) ? null : "null";
        if (value is JsonArray items)
            return schema["items"] is { } ofItems
                ? items.Select(item => TroubleOf(ofItems, item)).FirstOrDefault(trouble => trouble is not null)
                : "a list";
        if (value is not JsonObject members)
            return
                schema["type"] is null
                || KindOf(value) == (string?)schema["type"]
                || ((string?)schema["type"], KindOf(value)) == ("number", "integer")
                ? null
                : $"not a {schema["type"]}: {value}";
        var properties = parts
            .SelectMany(part => part["properties"]?.AsObject() ?? [])
            .ToDictionary(one => one.Key, one => one.Value!, StringComparer.Ordinal);
        if (properties.Count == 0)
            return null;
        return parts
            .SelectMany(part => part["required"]?.AsArray() ?? [])
            .Select(name => (string)name!)
            .Where(name => !members.ContainsKey(name))
            .Select(name => $"no {name}")
            .Concat(members.Where(one => !properties.ContainsKey(one.Key)).Select(one => $"{one.Key} is not known"))
            .Concat(
                members
                    .Where(one => properties.ContainsKey(one.Key))
                    .Select(one => TroubleOf(properties[one.Key], one.Value) is { } trouble ? $"{one.Key}: {trouble}" : null)
            )
            .FirstOrDefault(trouble => trouble is not null);
    }

    private static string KindOf(JsonNode value) =>
        value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => "string",
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
            _ => value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 ? "integer" : "number",
        };

    private JsonNode Resolve(JsonNode node) =>
        (string?)node["$ref"] is { } reference ? reference[2..].Split('/').Aggregate((JsonNode)document, (at, name) => at[name]!) : node;

    [GeneratedRegex(@"{\**(\w+)(?::\w+)?}")]
    private static partial Regex Constraint();
}
