using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigint.TestSupport;

/// <summary>A real HTTP server that takes what OpenTelemetry's exporters send, and keeps it as it came.</summary>
public sealed class FakeCollector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> received = new();

    private FakeCollector(WebApplication app)
    {
        this.app = app;
        app.Run(TakeAsync);
    }

    /// <summary>For a server that is to send to it, soon.</summary>
    public (string Name, string Value)[] Settings =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", app.Urls.First()), ("OTEL_METRIC_EXPORT_INTERVAL", "200"), ("OTEL_BSP_SCHEDULE_DELAY", "100")];

    public static async Task<FakeCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new FakeCollector(builder.Build());
        await collector.app.StartAsync();
        return collector;
    }

    /// <summary>
    /// All that came for a path so far. Names and texts stand in protobuf as they are, with lengths and numbers between them.
    /// </summary>
    /// <param name="path"><c>/v1/metrics</c> or <c>/v1/traces</c>.</param>
    public string TextOf(string path) =>
        string.Concat(received.Where(one => one.Path == path).Select(one => Encoding.Latin1.GetString(one.Body)));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        received.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }
}
