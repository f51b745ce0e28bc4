using System.Text.Encodings.Web;
using Microsoft.Net.Http.Headers;
using Vigint.Api.Http;
using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>Says that a person may open this address in a browser, so that its errors are pages.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OpenedByPeopleAttribute : Attribute;

/// <summary>What a person sees when a link does not work.</summary>
internal static class ErrorPage
{
    public static bool IsPreferred(HttpContext context)
    {
        return context.MatchedEndpoint()?.Metadata.GetMetadata<OpenedByPeopleAttribute>() is not null && PrefersPages(context.Request);
    }

    /// <summary>A person asks, with a browser.</summary>
    public static bool PrefersPages(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && QualityOf(accepted, "text/html") > QualityOf(accepted, "application/json");

    public static Task WriteAsync(HttpContext context, RefusedException refusal)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        var html = HtmlEncoder.Default;
        return response.WriteAsync($$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{{html.Encode(refusal.Message)}}</title>
            <style>
            :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
            main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
            h1 { font-size: 1.5rem }
            small { opacity: .65 }
            </style>
            </head>
            <body>
            <main>
            <h1>{{html.Encode(refusal.Message)}}</h1>
            <p>{{html.Encode(refusal.Advice ?? "This video cannot be shown")}}.</p>
            <p><small>Reference {{html.Encode(context.TraceIdentifier)}}</small></p>
            </main>
            </body>
            </html>
            """, context.RequestAborted);
    }

    // The most specific range that matches decides (RFC 9110 §12.5.1).
    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        var best = accepted.Where(wanted.IsSubsetOf).OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2).FirstOrDefault();
        return best is null ? 0 : best.Quality ?? 1;
    }
}
