using Vigint.Api.Errors;

namespace Vigint.Api.Http;

/// <summary>
/// Leads a person who opens the bare address to the description of the API. For programs there is nothing (contract, errors).
/// </summary>
internal static class StartPage
{
    public static IApplicationBuilder UseStartPage(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                var request = context.Request;
                if (
                    request.Path != "/"
                    || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
                    || !ErrorPage.PrefersPages(request)
                )
                    return next(context);
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Redirect($"{request.PathBase}/docs/");
                return Task.CompletedTask;
            }
        );
}
