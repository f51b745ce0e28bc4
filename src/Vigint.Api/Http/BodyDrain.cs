using System.Buffers;
using Vigint.Api.Settings;

namespace Vigint.Api.Http;

/// <summary>
/// Lets a refusal reach a caller who sends its whole body before it reads: old clients push 60 MB and would otherwise see a
/// broken connection (contract §2).
/// </summary>
internal static class BodyDrain
{
    // Bounds for reading what nobody wants: four times what old clients send, at the pace of a poor uplink.
    private const long MostBytes = 256L * 1024 * 1024;
    private const int AtATime = 64 * 1024;

    // Of one address a quarter of its connections: a shop's fifty cameras with a wrong key all hear of it.
    private const int MostAtOnce = 512;

    private static readonly object BodyBegunItem = new();
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static IApplicationBuilder UseBodyDrain(this IApplicationBuilder app)
    {
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var connections = app.ApplicationServices.GetRequiredService<ConnectionOptions>();
        var drains = new AddressCounts(MostAtOnce, Math.Max(1, connections.MostPerAddress / 4));
        return app.Use(
            async (context, next) =>
            {
                if (context.Request.Headers.Expect.Count > 0)
                    context.Response.OnStarting(() => CloseAfterRefusal(context));
                await next(context);
                if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && !WaitsToSend(context) && MayHaveBody(context.Request))
                    await DrainAsync(context, drains, clock, stopping);
            }
        );
    }

    /// <summary>Notes that somebody reads the body, so that a caller who waited for a "continue" has got it.</summary>
    public static void MarkBodyBegun(this HttpContext context) => context.Items[BodyBegunItem] = true;

    private static bool WaitsToSend(HttpContext context) =>
        context.Request.Headers.Expect.Count > 0 && !context.Items.ContainsKey(BodyBegunItem);

    private static Task CloseAfterRefusal(HttpContext context)
    {
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && WaitsToSend(context))
            context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    private static bool MayHaveBody(HttpRequest request) => request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;

    private static async Task DrainAsync(HttpContext context, AddressCounts drains, TimeProvider clock, CancellationToken stopping)
    {
        // Beyond the bound the server reads for some seconds more and then closes the connection, as Kestrel does for every body.
        using var counted = drains.TryEnter(context.Connection.RemoteIpAddress);
        if (counted is null)
            return;
        using var limit = new CancellationTokenSource(Longest, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping, context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(AtATime);
        try
        {
            await context.Response.CompleteAsync();
            for (long drained = 0; drained < MostBytes; )
            {
                var read = await context.Request.Body.ReadAsync(buffer, any.Token);
                if (read == 0)
                    return;
                drained += read;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // The caller has gone, or sends too slowly, or the server stops: there is nobody left to be polite to.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
