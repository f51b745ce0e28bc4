using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Vigint.Application.Media;

namespace Vigint.Api.Media;

/// <summary>Answers in JSON with a file in it as base64, encoded on the way out: the memory used does not grow with the file.</summary>
internal static class Base64Answer
{
    // A multiple of three: no piece but the last needs padding.
    private const int BytesAtATime = 48 * 1024;

    /// <param name="members">All the others; written before it.</param>
    /// <param name="name">Of the member that holds the file.</param>
    public static async Task SendAsync<T>(
        HttpContext context,
        T members,
        string name,
        VideoBytes file,
        JsonSerializerOptions options,
        CancellationToken cancellationToken
    )
    {
        // An object without its last brace, and one that begins with the member that is missing.
        var head = JsonSerializer.SerializeToUtf8Bytes(members, options).AsMemory()[..^1];
        var open = JsonSerializer.SerializeToUtf8Bytes(name, options);
        byte[] before = [(byte)',', .. open, .. ":\""u8];
        byte[] after = [.. "\"}"u8];

        var response = context.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = head.Length + before.Length + EncodedLength(file.SizeBytes) + after.Length;
        var writer = response.BodyWriter;
        writer.Write(head.Span);
        writer.Write(before);
        var buffer = ArrayPool<byte>.Shared.Rent(BytesAtATime);
        try
        {
            for (long offset = 0; offset < file.SizeBytes; )
            {
                var read = file.Fill(buffer.AsSpan(0, BytesAtATime), offset);
                if (read == 0)
                {
                    // Somebody cut the file. Better a broken answer than one that looks whole.
                    context.Abort();
                    return;
                }

                offset += read;
                Base64.EncodeToUtf8(buffer.AsSpan(0, read), writer.GetSpan(Base64.GetMaxEncodedToUtf8Length(read)), out _, out var written);
                writer.Advance(written);
                if ((await writer.FlushAsync(cancellationToken)).IsCompleted)
                    return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        writer.Write(after);
        await writer.FlushAsync(cancellationToken);
    }

    private static long EncodedLength(long bytes) => (bytes + 2) / 3 * 4;
}
