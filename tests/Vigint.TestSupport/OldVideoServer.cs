using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vigint.TestSupport;

/// <summary>
/// A real HTTP server that plays the old video server: it knows <c>GET /video/ID?token=…</c> and nothing else, and answers as that
/// one did.
/// </summary>
public sealed class OldVideoServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, OldVideo> videos = new(StringComparer.Ordinal);
    private int asked;
    private int served;

    private OldVideoServer(WebApplication app)
    {
        this.app = app;
        app.Run(AnswerAsync);
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>How many downloads were begun.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>How many downloads came to their end.</summary>
    public int Served => Volatile.Read(ref served);

    public static async Task<OldVideoServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new OldVideoServer(builder.Build());
        await server.app.StartAsync();
        return server;
    }

    public OldVideo Add(string id, byte[] bytes) => videos[id] = new OldVideo(id, bytes);

    public string LinkTo(OldVideo video) => $"{Address}video/{video.Id}?token={video.Token}";

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/');
        if (path is not ["", "video", { } id])
            await RefuseAsync(context, StatusCodes.Status404NotFound, "Not found");
        else if (!videos.TryGetValue(id, out var video))
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Video not found");
        else if (context.Request.Query["token"] != video.Token)
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Invalid token");
        else if (video.HasEnded)
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Link has expired");
        else if (video.TakeBusy())
            await BeBusyAsync(context);
        else
            await SendAsync(context, video);
    }

    private async Task SendAsync(HttpContext context, OldVideo video)
    {
        context.Response.ContentType = "video/mp4";
        context.Response.ContentLength = video.Bytes.Length;
        if (video.ETag is not null)
            context.Response.Headers.ETag = video.ETag;
        Interlocked.Increment(ref asked);
        var half = video.Bytes.Length / 2;
        var bytes = video.TakeDamage() ? new byte[half] : video.Bytes.AsMemory(0, half);
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync();
        if (video.TakeBreak())
        {
            FakeConnection.Break(context);
            return;
        }

        await Eventually.RequireAsync(
            $"{video.Id} goes on",
            () => Task.FromResult(Served >= video.WaitsForOthers || context.RequestAborted.IsCancellationRequested)
        );
        if (context.RequestAborted.IsCancellationRequested)
            return;
        await context.Response.Body.WriteAsync(video.Bytes.AsMemory(half));
        video.CountDownload();
        Interlocked.Increment(ref served);
    }

    private static Task BeBusyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "Busy");
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error });
    }
}

/// <summary>A video of the old server's.</summary>
public sealed class OldVideo(string id, byte[] bytes)
{
    private int breaks;
    private int busy;
    private int damages;
    private int downloads;

    public string Id => id;

    public byte[] Bytes => bytes;

    public string Token { get; } = Guid.NewGuid().ToString("N");

    /// <summary>How often all of it was sent.</summary>
    public int Downloads => Volatile.Read(ref downloads);

    /// <summary>Its link has ended.</summary>
    public OldVideo Ends()
    {
        HasEnded = true;
        return this;
    }

    internal bool HasEnded { get; private set; }

    internal int WaitsForOthers { get; private set; }

    internal string? ETag { get; private set; }

    /// <summary>The next downloads break off in their midst.</summary>
    public OldVideo BreaksOff(int times)
    {
        breaks = times;
        return this;
    }

    /// <summary>The next downloads have their full length and other bytes.</summary>
    public OldVideo IsDamagedOnTheWay(int times)
    {
        damages = times;
        return this;
    }

    /// <summary>Its downloads are tagged as those of a server of today: by their SHA-256.</summary>
    public OldVideo NamesItsHash()
    {
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"";
        return this;
    }

    /// <summary>The next downloads are put off, with <c>Retry-After</c>.</summary>
    public OldVideo IsBusy(int times)
    {
        busy = times;
        return this;
    }

    /// <summary>Its second half is not sent before so many downloads have come to their end.</summary>
    public OldVideo WaitsFor(int others)
    {
        WaitsForOthers = others;
        return this;
    }

    internal bool TakeBreak() => Interlocked.Decrement(ref breaks) >= 0;

    internal bool TakeDamage() => Interlocked.Decrement(ref damages) >= 0;

    internal bool TakeBusy() => Interlocked.Decrement(ref busy) >= 0;

    internal void CountDownload() => Interlocked.Increment(ref downloads);
}
