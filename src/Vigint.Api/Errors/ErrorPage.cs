using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Vigint.Api.Http;
using Vigint.Application.Analysis;
using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>Says that a person may open this address in a browser, so that its errors are pages.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OpenedByPeopleAttribute : Attribute;

/// <summary>
/// What a person sees when a link does not work: in plain words and the reader's language, with whom to ask. The sentences of the refusals
/// are for programs and do not stand here.
/// </summary>
internal static class ErrorPage
{
    // Letters with accents may stand as they are: the page says that it is UTF-8.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

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
        var language = LanguageOf(context);
        var words = ErrorPageWords.Of(refusal, language);
        return response.WriteAsync(
            $$"""
            <!doctype html>
            <html lang="{{(language == Language.French ? "fr" : "en")}}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{{Html.Encode(words.Title)}}</title>
            <style>
            :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
            main { max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
            h1 { font-size: 1.5rem }
            small { opacity: .65 }
            </style>
            </head>
            <body>
            <main>
            <h1>{{Html.Encode(words.Title)}}</h1>
            <p>{{Html.Encode(words.WhatHappened)}}</p>
            <p>{{Html.Encode(words.WhatToDo)}}</p>
            <p><small>{{Html.Encode(words.Reference)}} {{Html.Encode(context.TraceIdentifier)}}</small></p>
            </main>
            </body>
            </html>
            """,
            context.RequestAborted
        );
    }

    // What the reader prefers of the two; without either, the language of the mails with the links.
    private static Language LanguageOf(HttpContext context)
    {
        if (StringWithQualityHeaderValue.TryParseList(context.Request.Headers.AcceptLanguage, out var accepted))
        {
            foreach (var one in accepted.Where(one => one.Quality is not 0).OrderByDescending(one => one.Quality ?? 1))
            {
                if (Is(one, "fr"))
                    return Language.French;
                if (Is(one, "en"))
                    return Language.English;
            }
        }

        return context.RequestServices.GetRequiredService<AnalysisOptions>().Language;

        static bool Is(StringWithQualityHeaderValue accepted, string language) =>
            accepted.Value.Equals(language, StringComparison.OrdinalIgnoreCase)
            || accepted.Value.StartsWith($"{language}-", StringComparison.OrdinalIgnoreCase);
    }

    // The most specific range that matches decides (RFC 9110 §12.5.1).
    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        var best = accepted
            .Where(wanted.IsSubsetOf)
            .OrderByDescending(range =>
                range.MatchesAllTypes ? 0
                : range.MatchesAllSubTypes ? 1
                : 2
            )
            .FirstOrDefault();
        return best is null ? 0 : best.Quality ?? 1;
    }
}
