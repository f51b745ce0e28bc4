using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Vigint.Api.Errors;

namespace Vigint.Api.OpenApi;

/// <summary>What the document says of all calls together.</summary>
internal static class DocumentFrame
{
    public const string Bearer = "bearer";
    public const string ApiKey = "api_key";
    public const string AdminKey = "admin_key";
    public const string ProblemSchema = "Problem";

    private const string Text = """
        Stores clips and hands out private links, compresses and makes videos, and has clips judged by a model.

        Times are UTC, `2026-10-04T12:00:00`. Every error is a problem (RFC 9457) with the member `error`. Bodies in JSON are read whatever
        their content type says, and an empty one is `{}`. `docs/contract.md` has every detail.
        """;

    public static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Vigint",
            Version = ServerVersion.Text,
            Description = Text,
        };
        document.Tags = Notes.Tags.Append(CallDescription.GoneTag).Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An operator's or a client's key. When it is there, it decides.",
            },
            [ApiKey] = Header("X-API-Key", "The same, in another header."),
            [AdminKey] = Header("X-Admin-Key", "The value of SECRET_KEY."),
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[ProblemSchema] = Problem();

        // Whatever method they are asked with.
        foreach (var gone in new[] { "/api/rtsp/{rest}", "/api/billing/{rest}" })
            document.Paths[gone] = CallDescription.OfGone(gone, document);
    }

    private static OpenApiSecurityScheme Header(string name, string text) =>
        new()
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = name,
            Description = text,
        };

    private static OpenApiSchema Problem() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "Some errors carry figures in members of their own, such as limit_bytes.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "error", "code", "trace_id" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The address of a page about this code." },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong and what to do about it." },
                ["error"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is wrong, in a fixed sentence." },
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "What is wrong, for programs; later versions may add codes.",
                    Enum = [.. ProblemCatalog.All.Select(one => (JsonNode)one.Code)],
                },
                ["trace_id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "As X-Request-Id; under it the server's log says more.",
                },
            },
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Number },
        };
}
