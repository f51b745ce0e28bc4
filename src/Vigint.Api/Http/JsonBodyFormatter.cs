using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace Vigint.Api.Http;

/// <summary>
/// Reads every body as JSON whatever its content type says, and an empty one as <c>{}</c>: old clients send both, and
/// <c>curl -d</c> says it is a form (contract §2).
/// </summary>
internal sealed class JsonBodyFormatter(JsonSerializerOptions options) : IInputFormatter
{
    public bool CanRead(InputFormatterContext context) => true;

    public async Task<InputFormatterResult> ReadAsync(InputFormatterContext context)
    {
        var cancellationToken = context.HttpContext.RequestAborted;
        var body = context.HttpContext.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > JsonBody.MostBytes)
            {
                body.AdvanceTo(read.Buffer.End);
                throw JsonBody.IsTooLarge();
            }

            if (!read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return await InputFormatterResult.SuccessAsync(JsonBody.Parse(read.Buffer, context.ModelType, options));
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }
        }
    }
}
