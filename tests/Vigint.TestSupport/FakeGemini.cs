using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Vigint.TestSupport;

/// <summary>
/// A real HTTP server that plays Gemini: generateContent and the Files API, with answers as a test scripts them. It keeps no
/// clip, only what was asked, how large it was and its hash.
/// </summary>
public sealed class FakeGemini : IAsyncDisposable
{
    /// <summary>The one key that it lets in, unless it refuses all.</summary>
    public const string Key = "fake-google-key-0123456789abcdef";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> calls = new();
    private readonly ConcurrentQueue<AskedGemini> asked = new();
    private readonly ConcurrentDictionary<string, bool> withdrawn = new(StringComparer.Ordinal);

    private FakeGemini(WebApplication app)
    {
        this.app = app;
        Files = new FakeFiles(() => Address);
        app.Run(AnswerAsync);
    }

    /// <summary>What is answered when a model is asked about, as a proxy may; null for what Google answers.</summary>
    public string? DescribesWith { get; set; }

    /// <summary>Of every model with <c>lite</c> in its name.</summary>
    public FakeStage Screening { get; } = new();

    /// <summary>Of every other model.</summary>
    public FakeStage Confirmation { get; } = new();

    public FakeFiles Files { get; }

    public string Address => app.Urls.First();

    /// <summary>For a server that is to use it.</summary>
    public (string Name, string Value)[] Settings => [("GOOGLE_API_KEY", Key), ("GEMINI_BASE_URL", Address)];

    /// <summary>Every call with its method and whole address.</summary>
    public IReadOnlyList<string> Calls => [.. calls];

    /// <summary>Every question, in the order of its arrival; those that failed too.</summary>
    public IReadOnlyList<AskedGemini> Asked => [.. asked];

    /// <summary>With what it refuses every key; null to let the right one in.</summary>
    public int? RefusesKeysWith { get; set; }

    public static async Task<FakeGemini> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var fake = new FakeGemini(builder.Build());
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>From now on the model is gone.</summary>
    public void Withdraw(string model) => withdrawn[model] = true;

    public async ValueTask DisposeAsync()
    {
        Screening.LetAllGo();
        Confirmation.LetAllGo();
        await app.DisposeAsync();
    }

    internal static Task FailAsync(HttpContext context, int status, string word, string message, params JsonObject[] details)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["error"] = new JsonObject
                {
                    ["code"] = status,
                    ["message"] = message,
                    ["status"] = word,
                    ["details"] = new JsonArray([.. details]),
                },
            }
        );
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        calls.Enqueue($"{context.Request.Method} {path}{context.Request.QueryString}");
        if (RefusesKeysWith is not null || context.Request.Headers["x-goog-api-key"] != Key)
            await RefuseKeyAsync(context, RefusesKeysWith ?? StatusCodes.Status400BadRequest);
        else if (
            path.StartsWith("/v1beta/models/", StringComparison.Ordinal) && path.EndsWith(":generateContent", StringComparison.Ordinal)
        )
            await GenerateAsync(context, path["/v1beta/models/".Length..^":generateContent".Length]);
        else if (HttpMethods.IsGet(context.Request.Method) && path.StartsWith("/v1beta/models/", StringComparison.Ordinal))
            await DescribeAsync(context, path["/v1beta/models/".Length..]);
        else if (!await Files.AnswerAsync(context, path))
            await FailAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", "There is no such method.");
    }

    // As Google does, which repeats the key in some of its sentences.
    private static Task RefuseKeyAsync(HttpContext context, int status) =>
        status == StatusCodes.Status400BadRequest
            ? FailAsync(
                context,
                status,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = "API_KEY_INVALID" }
            )
            : FailAsync(
                context,
                status,
                "PERMISSION_DENIED",
                $"Permission denied: Consumer 'api_key:{context.Request.Headers["x-goog-api-key"]}' has been suspended."
            );

    private Task DescribeAsync(HttpContext context, string model) =>
        withdrawn.ContainsKey(model) ? RefuseUnknownAsync(context, model)
        : DescribesWith is { } page ? context.Response.WriteAsync(page)
        : context.Response.WriteAsJsonAsync(new JsonObject { ["name"] = $"models/{model}" });

    private static Task RefuseUnknownAsync(HttpContext context, string model) =>
        FailAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND", $"models/{model} is not found for API version v1beta.");

    private async Task GenerateAsync(HttpContext context, string model)
    {
        if (withdrawn.ContainsKey(model))
        {
            await RefuseUnknownAsync(context, model);
            return;
        }

        var isScreening = model.Contains("lite", StringComparison.Ordinal);
        var question = await ReadAsync(context, model, isScreening);
        asked.Enqueue(question);
        if (question.FileUri is { } uri && !Files.Has(uri))
        {
            await FakeFiles.RefuseUnknownAsync(context);
            return;
        }

        await (isScreening ? Screening : Confirmation).AnswerAsync(context);
    }

    private static async Task<AskedGemini> ReadAsync(HttpContext context, string model, bool isScreening)
    {
        using var question = new FakeQuestion();
        await question.ReadAsync(context.Request.Body);
        var body = question.Json;
        var parts = body["contents"]![0]!["parts"]!.AsArray();
        var clip = parts.Single(part => part!["text"] is null)!;
        return new AskedGemini(
            model,
            isScreening,
            parts.Single(part => part!["text"] is not null)!["text"]!.GetValue<string>(),
            (clip["inlineData"] ?? clip["fileData"])!["mimeType"]!.GetValue<string>(),
            question.ClipBytes,
            question.ClipBytes is null ? null : question.ClipSha256,
            clip["fileData"]?["fileUri"]?.GetValue<string>(),
            clip["videoMetadata"]?["fps"]?.GetValue<double>(),
            body["generationConfig"]!["mediaResolution"]?.GetValue<string>(),
            body["generationConfig"]!.AsObject(),
            context.Request.ContentLength,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)
        )
        {
            Clip = question.Clip,
        };
    }
}

/// <summary>One question that came.</summary>
/// <param name="InlineBytes">Size of a clip that came along; null for one that was uploaded before.</param>
/// <param name="InlineSha256">Of a clip that came along, in lower case.</param>
/// <param name="FileUri">Of a clip that was uploaded before.</param>
/// <param name="ContentLength">Null when the request did not say how long it is.</param>
public sealed record AskedGemini(
    string Model,
    bool IsScreening,
    string Prompt,
    string MimeType,
    int? InlineBytes,
    string? InlineSha256,
    string? FileUri,
    double? Fps,
    string? MediaResolution,
    JsonObject GenerationConfig,
    long? ContentLength,
    IReadOnlyDictionary<string, string> Headers
)
{
    /// <summary>The clip that came along; null when it is large, or was uploaded before.</summary>
    public byte[]? Clip { get; init; }
}

internal static class FakeConnection
{
    /// <summary>Ends the connection without an answer.</summary>
    public static void Break(HttpContext context) => context.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
}
