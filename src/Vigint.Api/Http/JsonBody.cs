using System.Buffers;
using System.Text.Json;
using Vigint.Application.Common;
using Vigint.Domain;

namespace Vigint.Api.Http;

/// <summary>
/// A body of some members, in JSON; an empty one counts as <c>{}</c> (contract, JSON bodies). What old clients write beyond JSON is mended
/// first.
/// </summary>
internal static class JsonBody
{
    /// <summary>Media in a body are taken out before it is one of this kind (<see cref="Media.MediaJson"/>).</summary>
    public const int MostBytes = 1024 * 1024;

    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Invalid"/>: no JSON, no object, or a member of the wrong type, which is named.
    /// </exception>
    public static object? Parse(ReadOnlySequence<byte> body, Type type, JsonSerializerOptions options)
    {
        try
        {
            var json = LenientJson.Mend(body.IsSingleSegment ? body.First : body.ToArray());
            if (!json.Span.ContainsAnyExcept(" \t\r\n"u8))
                return JsonSerializer.Deserialize("{}", type, options);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw IsNoObject();
            return document.Deserialize(type, options);
        }
        catch (JsonException exception) when (exception.Path is ['$', '.', .. var member])
        {
            throw HasWrongType(member);
        }
        catch (JsonException)
        {
            throw IsNone();
        }
    }

    public static RefusedException HasWrongType(string member) =>
        new(
            Refusal.Invalid,
            "member_type_invalid",
            $"{member} has the wrong type",
            "Nothing was done; see the API's documentation for its type"
        );

    public static RefusedException IsNoObject() => new(Refusal.Invalid, "body_not_object", "The body must be a JSON object");

    public static RefusedException IsNone() => new(Refusal.Invalid, "body_not_json", "The body is not JSON", "Nothing was done");

    public static RefusedException IsTooLarge() =>
        new(Refusal.TooLarge, "body_too_large", "The JSON body is too large")
        {
            Figures = new Dictionary<string, long> { ["limit_bytes"] = MostBytes },
        };
}
