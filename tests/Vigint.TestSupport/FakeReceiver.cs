using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigint.TestSupport;

/// <summary>A real HTTP server that takes messages, keeps them, and answers as a test says.</summary>
public sealed class FakeReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ReceivedMessage> messages = new();
    private readonly ConcurrentQueue<int> answers = new();
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FakeReceiver(WebApplication app)
    {
        this.app = app;
        app.Run(AnswerAsync);
    }

    public string Address => app.Urls.First();

    public IReadOnlyList<ReceivedMessage> Messages => [.. messages];

    /// <summary>Where an answer of the 300s leads to.</summary>
    public string? LeadsTo { get; set; }

    /// <summary>Whether messages are taken and not answered until <see cref="Open"/>.</summary>
    private bool Hangs { get; init; }

    public void Open() => open.TrySetResult();

    public static async Task<FakeReceiver> StartAsync(bool hangs = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeReceiver(builder.Build()) { Hangs = hangs };
        await fake.app.StartAsync();
        return fake;
    }

    /// <summary>The next messages are answered so, one after the other; those after them with 204.</summary>
    public void Answers(params int[] statuses)
    {
        foreach (var status in statuses)
            answers.Enqueue(status);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        messages.Enqueue(
            new ReceivedMessage(
                $"{context.Request.Method} {context.Request.Path}",
                body,
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                )
            )
        );
        if (Hangs)
            await open.Task.WaitAsync(context.RequestAborted);
        if (LeadsTo is { } address)
            context.Response.Headers.Location = address;
        context.Response.StatusCode = answers.TryDequeue(out var status) ? status : StatusCodes.Status204NoContent;
    }
}

/// <param name="Call">Method and path.</param>
public sealed record ReceivedMessage(string Call, string Body, IReadOnlyDictionary<string, string> Headers);
