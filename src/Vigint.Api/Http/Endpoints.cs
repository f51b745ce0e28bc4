using Microsoft.AspNetCore.Diagnostics;

namespace Vigint.Api.Http;

internal static class Endpoints
{
    /// <summary>What the request was routed to, also after an exception, when the framework has cleared it.</summary>
    public static Endpoint? MatchedEndpoint(this HttpContext context) =>
        context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;

    /// <summary>The route and not the address: addresses hold ids and tokens.</summary>
    public static string Route(this HttpContext context) =>
        (context.MatchedEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route ? $"/{route.TrimStart('/')}" : "(no route)";
}
