using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>The pages that say what a problem means and what to do about it: <c>/problems/</c> and one for each code.</summary>
internal static class ProblemPages
{
    private const string Root = "/problems/";

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The <c>type</c> of a problem: the address of its page, on this server.</summary>
    public static string AddressOf(string code) => Root + code;

    public static void MapProblemPages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("problems", (RequestDelegate)(context => WriteAsync(context, "Problems", ListOf()))).AllowAnonymous();
        endpoints.MapGet("problems/{code}", (RequestDelegate)ShowAsync).AllowAnonymous();
    }

    private static Task ShowAsync(HttpContext context) =>
        ProblemCatalog.Find((string)context.Request.RouteValues["code"]!) is { } refusal
            ? WriteAsync(context, refusal.Code, PageOf(refusal))
            : throw RequestRefusals.NotFound();

    private static string ListOf()
    {
        var rows = new StringBuilder("<p>Each error answer has one of these codes in its member <code>code</code>.</p><table>");
        foreach (var one in ProblemCatalog.All)
        {
            rows.Append("<tr><td><a href=\"problems/").Append(one.Code).Append("\"><code>").Append(one.Code).Append("</code></a></td><td>");
            rows.Append(RefusalHandler.StatusOf(one.Refusal)).Append("</td><td>").Append(Html.Encode(one.Message)).Append("</td></tr>");
        }

        return rows.Append("</table>").ToString();
    }

    private static string PageOf(RefusedException refusal)
    {
        var status = RefusalHandler.StatusOf(refusal.Refusal);
        var page = new StringBuilder();
        page.Append("<p>HTTP status ").Append(status).Append(", ").Append(ReasonPhrases.GetReasonPhrase(status)).Append("</p>");
        page.Append("<h2>What it means</h2><p>").Append(Html.Encode(refusal.Message)).Append("</p>");
        page.Append("<h2>What to do</h2><p>").Append(Html.Encode(AdviceOn(refusal))).Append("</p>");
        if (refusal.Figures.Count > 0)
            page.Append("<p>The answer also has ")
                .AppendJoin(", ", refusal.Figures.Keys.Select(name => $"<code>{name}</code>"))
                .Append(".</p>");
        return page.Append("<p><small>Names and numbers on this page are examples. <a href=\"../problems\">All problems</a></small></p>")
            .ToString();
    }

    private static string AdviceOn(RefusedException refusal) =>
        refusal.Advice
        ?? (
            refusal.RetryAfter is null
                ? "Change what the sentence names, and send the call again."
                : "Send the call again after the time in Retry-After."
        );

    private static Task WriteAsync(HttpContext context, string title, string content)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        response.Headers.XContentTypeOptions = "nosniff";
        return response.WriteAsync(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Html.Encode(title)}} – Vigint</title>
            <style>
            :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
            main { max-width: 46rem; margin: 2rem auto; padding: 0 1.5rem }
            h1 { font-size: 1.5rem; overflow-wrap: anywhere }
            h2 { font-size: 1.1rem; margin-bottom: 0 }
            td { padding: .2rem .8rem .2rem 0; vertical-align: top }
            small { opacity: .75 }
            </style>
            </head>
            <body>
            <main>
            <h1>{{Html.Encode(title)}}</h1>
            {{content}}
            </main>
            </body>
            </html>
            """,
            context.RequestAborted
        );
    }
}
