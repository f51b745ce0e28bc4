using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Vigint.Api.OpenApi;

/// <summary>The API described for programs at <c>/openapi/v1.json</c>, and for people, who may try its calls, at <c>/docs</c>.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";

    private const long MostCachedBytes = 4 * 1024 * 1024;

    // It changes with the program only.
    private static readonly TimeSpan CachedFor = TimeSpan.FromDays(1);

    private const string FromHereAlone =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "frame-ancestors 'none'";

    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        // The generator asks the framework's other options for JSON, which answers are not written with.
        services.ConfigureHttpJsonOptions(static json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOutputCache(static cache => cache.SizeLimit = MostCachedBytes);
        return services.AddOpenApi(
            Name,
            static options =>
            {
                // The version that generators of clients know best.
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
                options.CreateSchemaReferenceId = NameOf;
                options.AddSchemaTransformer(
                    static (schema, context, _) => Done(() => WireSchema.Describe(schema, context.JsonTypeInfo, context.JsonPropertyInfo))
                );
                options.AddOperationTransformer(CallDescription.TransformAsync);
                options.AddDocumentTransformer(static (document, _, _) => Done(() => DocumentFrame.Describe(document)));
            }
        );
    }

    public static void MapApiDocument(this IEndpointRouteBuilder endpoints)
    {
        // The one document and no other: of an unknown one the framework's own endpoint says so in plain text.
        // Made once: it takes a tenth of a second of the processor, and anybody may ask for it.
        endpoints
            .MapOpenApi($"/openapi/{Name}.json")
            .AllowAnonymous()
            .CacheOutput(static cache => cache.SetVaryByQuery([]).SetVaryByHost(false).Expire(CachedFor));

        // Everything that the page needs comes from this server; the policy forbids the browser to load anything else.
        endpoints
            .MapScalarApiReference(
                "/docs",
                static page =>
                    page.WithTitle("Vigint")
                        .WithOpenApiRoutePattern($"/openapi/{Name}.json")
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideClientButton()
                        .WithDotNetFlag(false)
                        .HideDeveloperTools()
            )
            .AllowAnonymous()
            .AddEndpointFilter(
                static (context, next) =>
                {
                    context.HttpContext.Response.Headers.ContentSecurityPolicy = FromHereAlone;
                    return next(context);
                }
            );
    }

    /// <summary>Has an endpoint without a controller described too.</summary>
    public static T InTheDocument<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(typeof(RequestDelegate).GetMethod(nameof(RequestDelegate.Invoke))!);

    private static Task Done(Action describe)
    {
        describe();
        return Task.CompletedTask;
    }

    // Whatever JSON is has no name: an empty schema says the same.
    private static string? NameOf(JsonTypeInfo json)
    {
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(json) is not { } name)
            return null;
        var type = Nullable.GetUnderlyingType(json.Type) ?? json.Type;
        return type == typeof(JsonElement) || typeof(JsonNode).IsAssignableFrom(type)
            ? null
            : SchemaName.Of(name, type.DeclaringType?.Name);
    }
}
