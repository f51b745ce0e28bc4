using Microsoft.AspNetCore.HttpOverrides;
using Vigint.Api.Settings;
using IPNetwork = System.Net.IPNetwork;

namespace Vigint.Api.Http;

/// <summary>Whose address a request has that proxies passed on (contract §1, docs/decisions/0014-whose-address-it-is.md).</summary>
internal static class Forwarding
{
    private static readonly object SenderItem = new();

    // What proxies add to say that the request is not theirs.
    private static readonly string[] Marks = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>From here on the remote address of the connection is the caller's, as far as trusted proxies report it.</summary>
    public static IApplicationBuilder UseForwarding(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<ProxyOptions>();
        app.Use(
            (context, next) =>
            {
                if (IsMarked(context.Request.Headers))
                    context.Items[SenderItem] = context.Connection.RemoteIpAddress;
                return next(context);
            }
        );

        // Nobody but the platform's own proxy reaches the port: what it says last is true, whatever its address.
        if (proxies.IsOnPlatform)
        {
            const ForwardedHeaders all =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            app.UseForwardedHeaders(OptionsFor(all, trusted: []));
        }

        if (proxies.Trusted.Count > 0)
        {
            var chain = OptionsFor(ForwardedHeaders.XForwardedFor, proxies.Trusted);
            chain.ForwardLimit = null;
            app.UseForwardedHeaders(chain);
        }

        return app;
    }

    /// <summary>
    /// Whether the remote address is known to be the caller's own: nobody passed the request on, or all who did are trusted.
    /// </summary>
    public static bool IsFromItsCaller(this HttpContext context)
    {
        if (!context.Items.TryGetValue(SenderItem, out var sender))
            return true;
        var proxies = context.RequestServices.GetRequiredService<ProxyOptions>();
        var caller = context.Connection.RemoteIpAddress;

        // What is left was said by somebody who is not trusted; and who seems to be a proxy hides behind one that says nothing.
        return !Equals(caller, sender) && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !proxies.Trusted.Hold(caller);
    }

    private static bool IsMarked(IHeaderDictionary headers)
    {
        foreach (var mark in Marks)
        {
            if (headers.ContainsKey(mark))
                return true;
        }

        return false;
    }

    /// <param name="trusted">None: everybody.</param>
    private static ForwardedHeadersOptions OptionsFor(ForwardedHeaders headers, IReadOnlyList<IPNetwork> trusted)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = headers };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted)
            options.KnownIPNetworks.Add(network);
        return options;
    }
}
