using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Vigint.TestSupport;

/// <summary>
/// What the models of one stage answer: one scripted answer after the other, the last of them again and again. Unscripted there
/// is no incident.
/// </summary>
public sealed class FakeStage
{
    private readonly Lock gate = new();
    private readonly Queue<(Func<HttpContext, Task> Answer, bool IsHold)> script = new();
    private readonly ConcurrentBag<FakeGate> gates = [];
    private Func<HttpContext, Task> standing = Verdict(false, "none", "Nothing happens.", "An empty room.", null, null, null, 1000, 100);
    private int answered;

    /// <summary>How many questions came, answered or not.</summary>
    public int Count => Volatile.Read(ref answered);

    /// <param name="inputTokens">What the answer says was used.</param>
    /// <param name="outputTokens">A fifth of them is said to be thoughts.</param>
    public FakeStage Answers(
        bool incident,
        string type = "shoplifting",
        string description = "A person takes something.",
        string analysis = "A person takes a bottle, hides it and leaves without paying.",
        double? startSeconds = null,
        double? endSeconds = null,
        double? confidence = null,
        int inputTokens = 1000,
        int outputTokens = 100
    ) => Then(Verdict(incident, type, description, analysis, startSeconds, endSeconds, confidence, inputTokens, outputTokens));

    /// <summary>Puts a text of its own where the verdict belongs.</summary>
    public FakeStage Says(string text, string finishReason = "STOP") =>
        Then(context => context.Response.WriteAsJsonAsync(AnswerOf(text, finishReason, 1000, 100)));

    /// <summary>Sends a body of its own with status 200.</summary>
    public FakeStage Sends(string body, string contentType = "application/json") =>
        Then(context =>
        {
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync(body);
        });

    /// <summary>Answers without an answer in it.</summary>
    public FakeStage SaysNothing() =>
        Then(context =>
            context.Response.WriteAsJsonAsync(
                new JsonObject
                {
                    ["candidates"] = new JsonArray(),
                    ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 1000 },
                }
            )
        );

    /// <summary>Does not look at the clip at all.</summary>
    public FakeStage Blocks(string reason) =>
        Then(context =>
            context.Response.WriteAsJsonAsync(
                new JsonObject
                {
                    ["promptFeedback"] = new JsonObject { ["blockReason"] = reason },
                    ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 1000 },
                }
            )
        );

    /// <summary>Stops in the middle for a reason such as <c>SAFETY</c>.</summary>
    public FakeStage StopsFor(string finishReason) =>
        Then(context =>
            context.Response.WriteAsJsonAsync(
                new JsonObject
                {
                    ["candidates"] = new JsonArray(new JsonObject { ["finishReason"] = finishReason }),
                    ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 1000 },
                }
            )
        );

    /// <param name="retryAfter">In the header; a test may say it as <paramref name="retryDelay"/> instead.</param>
    /// <param name="retryDelay">In Google's way, in the body.</param>
    public FakeStage Fails(
        int status,
        string word = "UNAVAILABLE",
        string message = "The model is overloaded.",
        TimeSpan? retryAfter = null,
        TimeSpan? retryDelay = null
    ) =>
        Then(context =>
        {
            if (retryAfter is { } wait)
                context.Response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return FakeGemini.FailAsync(
                context,
                status,
                word,
                message,
                retryDelay is { } delay
                    ?
                    [
                        new JsonObject
                        {
                            ["@type"] = "type.googleapis.com/google.rpc.RetryInfo",
                            ["retryDelay"] = string.Create(CultureInfo.InvariantCulture, $"{delay.TotalSeconds}s"),
                        },
                    ]
                    : []
            );
        });

    /// <summary>Ends the connection without an answer.</summary>
    public FakeStage HangsUp() =>
        Then(context =>
        {
            FakeConnection.Break(context);
            return Task.CompletedTask;
        });

    /// <summary>Holds questions until the gate is opened, and then answers them with what is scripted next.</summary>
    public FakeGate Holds()
    {
        var held = new FakeGate();
        gates.Add(held);
        Then(
            async context =>
            {
                await held.PassAsync(context.RequestAborted);
                await Next()(context);
            },
            isHold: true
        );
        return held;
    }

    internal Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref answered);
        return Next()(context);
    }

    internal void LetAllGo()
    {
        foreach (var held in gates)
            held.Open();
    }

    private FakeStage Then(Func<HttpContext, Task> answer, bool isHold = false)
    {
        lock (gate)
            script.Enqueue((answer, isHold));
        return this;
    }

    private Func<HttpContext, Task> Next()
    {
        lock (gate)
        {
            if (!script.TryDequeue(out var next))
                return standing;

            // Who was held is answered as if there had been no hold.
            if (!next.IsHold)
                standing = next.Answer;
            return next.Answer;
        }
    }

    private static Func<HttpContext, Task> Verdict(
        bool incident,
        string type,
        string description,
        string analysis,
        double? start,
        double? end,
        double? confidence,
        int inputTokens,
        int outputTokens
    )
    {
        var verdict = new JsonObject
        {
            ["analysis"] = analysis,
            ["description"] = description,
            ["incident_detected"] = incident,
            ["incident_type"] = type,
            ["incident_start_seconds"] = start,
            ["incident_end_seconds"] = end,
            ["confidence"] = confidence,
        };
        return context => context.Response.WriteAsJsonAsync(AnswerOf(verdict.ToJsonString(), "STOP", inputTokens, outputTokens));
    }

    private static JsonObject AnswerOf(string text, string finishReason, int inputTokens, int outputTokens) =>
        new()
        {
            ["candidates"] = new JsonArray(
                new JsonObject
                {
                    ["content"] = new JsonObject { ["role"] = "model", ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) },
                    ["finishReason"] = finishReason,
                    ["index"] = 0,
                }
            ),
            ["usageMetadata"] = new JsonObject
            {
                ["promptTokenCount"] = inputTokens,
                ["candidatesTokenCount"] = outputTokens - (outputTokens / 5),
                ["thoughtsTokenCount"] = outputTokens / 5,
                ["totalTokenCount"] = inputTokens + outputTokens,
            },
            ["modelVersion"] = "fake",
        };
}

/// <summary>Where questions wait until a test lets them go.</summary>
public sealed class FakeGate
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiting;

    /// <summary>When the first question is there.</summary>
    public Task Reached => reached.Task;

    /// <summary>How many questions have come to it so far.</summary>
    public int Count => Volatile.Read(ref waiting);

    public void Open() => open.TrySetResult();

    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref waiting);
        reached.TrySetResult();
        await open.Task.WaitAsync(cancellationToken);
    }
}
