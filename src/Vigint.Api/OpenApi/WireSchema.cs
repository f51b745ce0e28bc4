using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;

namespace Vigint.Api.OpenApi;

/// <summary>How records are on the wire: members that are not known are absent, unless they are marked to be null.</summary>
internal static class WireSchema
{
    /// <param name="property">The member that has this schema; null for a schema of its own.</param>
    public static void Describe(OpenApiSchema schema, JsonTypeInfo json, JsonPropertyInfo? property)
    {
        if (property?.AttributeProvider?.GetCustomAttributes(typeof(OneOfAttribute), inherit: true) is [OneOfAttribute known, ..])
            Fields.OneOf(schema, known.Values, property.IsGetNullable);
        if (schema.Properties is not { Count: > 0 })
            return;
        schema.Required = json
            .Properties.Where(property =>
                !IsBody(json.Type)
                && !MayBeAbsent(
                    property.IsGetNullable,
                    property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
                )
            )
            .Select(property => property.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    // An empty body is read as {}; which members a call cannot do without, its refusals say.
    private static bool IsBody(Type type) => type.Name.EndsWith("Body", StringComparison.Ordinal);

    private static bool MayBeAbsent(bool isNullable, object[]? marks) =>
        isNullable && marks?.OfType<JsonIgnoreAttribute>().Any(mark => mark.Condition == JsonIgnoreCondition.Never) != true;
}
