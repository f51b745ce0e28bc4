using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Vigint.Domain;

namespace Vigint.Api.Errors;

/// <summary>Every error answer: an RFC 9457 problem with the member <c>error</c> that old clients read.</summary>
internal static class Problem
{
    public const string MediaType = "application/problem+json";

    public static async Task WriteAsync(HttpContext context, int status, RefusedException refusal)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (refusal.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(
                System.Globalization.CultureInfo.InvariantCulture
            );
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (ErrorPage.IsPreferred(context))
        {
            await ErrorPage.WriteAsync(context, refusal);
            return;
        }

        // A type that is said: without it the answer would go out as plain JSON, and IProblemDetailsService sends none at all
        // to a client that accepts only video.
        await response.WriteAsJsonAsync(
            Of(status, refusal, context.TraceIdentifier),
            options: (JsonSerializerOptions?)null,
            MediaType,
            context.RequestAborted
        );
    }

    /// <summary>The body.</summary>
    public static JsonObject Of(int status, RefusedException refusal, string traceId)
    {
        var problem = new JsonObject
        {
            ["type"] = ProblemPages.AddressOf(refusal.Code),
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = refusal.Detail,
            ["error"] = refusal.Message,
            ["code"] = refusal.Code,
            ["trace_id"] = traceId,
        };
        foreach (var (name, figure) in refusal.Figures)
            problem[name] = figure;
        return problem;
    }
}
