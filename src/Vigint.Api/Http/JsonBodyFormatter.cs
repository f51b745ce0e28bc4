using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Formatters;
using Vigint.Domain;

namespace Vigint.Api.Http;

/// <summary>
/// Reads every body as JSON whatever its content type says, and an empty one as <c>{}</c>: old clients send both, and
/// <c>curl -d</c> says it is a form (contract §2).
/// </summary>
internal sealed class JsonBodyFormatter(JsonSerializerOptions options) : IInputFormatter
{
    // Bodies of this kind are some members long; those with media have readers of their own.
    private const int MostBytes = 1024 * 1024;

    public bool CanRead(InputFormatterContext context) => true;

    public async Task<InputFormatterResult> ReadAsync(InputFormatterContext context)
    {
        var cancellationToken = context.HttpContext.RequestAborted;
        var body = context.HttpContext.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MostBytes)
            {
                body.AdvanceTo(read.Buffer.End);
                throw new RefusedException(Refusal.TooLarge, "The JSON body is too large") { Figures = new Dictionary<string, long> { ["limit_bytes"] = MostBytes } };
            }

            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return await InputFormatterResult.SuccessAsync(Parse(read.Buffer, context.ModelType));
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    private object? Parse(ReadOnlySequence<byte> json, Type type)
    {
        try
        {
            if (IsBlank(json))
                return JsonSerializer.Deserialize("{}", type, options);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new RefusedException(Refusal.Invalid, "The body must be a JSON object");
            return document.Deserialize(type, options);
        }
        catch (JsonException exception) when (exception.Path is ['$', '.', .. var member])
        {
            throw new RefusedException(Refusal.Invalid, $"{member} has the wrong type", "Nothing was done; see the API's documentation for its type");
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusal.Invalid, "The body is not JSON", "Nothing was done");
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> json)
    {
        foreach (var segment in json)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r\n"u8))
                return false;
        }

        return true;
    }
}
