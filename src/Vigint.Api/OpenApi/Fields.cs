using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Vigint.Api.OpenApi;

/// <summary>Schemas of members that no type of the code stands for.</summary>
internal static class Fields
{
    public static OpenApiSchema ObjectOf(IReadOnlyList<FieldNotes> fields) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Properties = fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => SchemaOf(field), StringComparer.Ordinal),
            Required = fields.Where(field => field.IsRequired).Select(field => field.Name).ToHashSet(StringComparer.Ordinal),
        };

    /// <param name="values">Those that it may have; none where it may be any.</param>
    public static OpenApiSchema Text(IReadOnlyList<string> values, bool mayBeNull = false) =>
        OneOf(new OpenApiSchema { Type = JsonSchemaType.String }, values, mayBeNull);

    /// <summary>Names the values of a text. In OpenAPI 3.0 an enumeration that may be null names null, too.</summary>
    public static OpenApiSchema OneOf(OpenApiSchema text, IReadOnlyList<string> values, bool mayBeNull)
    {
        if (values.Count > 0)
            text.Enum = [.. values.Select(value => (JsonNode)value), .. mayBeNull ? [JsonNullSentinel.JsonNull] : Array.Empty<JsonNode>()];
        return text;
    }

    public static OpenApiSchema File() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiSchema SchemaOf(FieldNotes field)
    {
        var schema = field.Kind switch
        {
            FieldKind.Text or FieldKind.Time => Text(field.Values, field.MayBeNull),
            FieldKind.Number => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
            FieldKind.Whole => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            FieldKind.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            FieldKind.File => File(),
            FieldKind.Base64 => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
            FieldKind.Texts => ListOf(JsonSchemaType.String),
            FieldKind.Object => new OpenApiSchema { Type = JsonSchemaType.Object },
            FieldKind.Objects => ListOf(JsonSchemaType.Object),
            FieldKind.Any => new OpenApiSchema(),
            _ => throw new ArgumentOutOfRangeException(nameof(field)),
        };
        schema.Description = field.Text;
        if (field.MayBeNull)
            schema.Type |= JsonSchemaType.Null;
        return schema;
    }

    private static OpenApiSchema ListOf(JsonSchemaType type) =>
        new()
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchema { Type = type },
        };
}
