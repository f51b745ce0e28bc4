using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Vigint.Application.Media;

namespace Vigint.Infrastructure.Gemini;

/// <summary>A body with a clip in it, read from the disk while it is sent: the memory used does not grow with the clip.</summary>
internal abstract class ClipContent : HttpContent
{
    // A multiple of three: no piece but the last needs padding in base64.
    private protected const int BytesAtATime = 48 * 1024;

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected abstract override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken);

    /// <param name="send">Told each piece, of <see cref="BytesAtATime"/> except the last.</param>
    /// <exception cref="IOException">The file cannot be read, or was cut.</exception>
    private protected static async Task ReadAsync(VideoBytes clip, Func<ReadOnlyMemory<byte>, ValueTask> send)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BytesAtATime);
        try
        {
            for (long offset = 0; offset < clip.SizeBytes; )
            {
                var read = clip.Fill(buffer.AsSpan(0, BytesAtATime), offset);
                if (read == 0)
                    throw new EndOfStreamException("The clip was cut while it was sent.");
                await send(buffer.AsMemory(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>The bytes as they are.</summary>
internal sealed class RawClipContent(VideoBytes clip) : ClipContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        ReadAsync(clip, piece => stream.WriteAsync(piece, cancellationToken));

    protected override bool TryComputeLength(out long length)
    {
        length = clip.SizeBytes;
        return true;
    }
}

/// <summary>A request that names a file.</summary>
internal sealed class QuestionContent : ByteArrayContent
{
    private readonly Action whenSent;

    /// <param name="whenSent">Called at the end.</param>
    public QuestionContent(GenerateRequest request, Action whenSent)
        : base(JsonSerializer.SerializeToUtf8Bytes(request, GeminiJson.Default.GenerateRequest))
    {
        this.whenSent = whenSent;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await base.SerializeToStreamAsync(stream, context, cancellationToken);
        whenSent();
    }
}

/// <summary>A request whose <see cref="InlineData.Data"/> was left empty, with the clip there in base64.</summary>
internal sealed class InlineClipContent : ClipContent
{
    private readonly VideoBytes clip;
    private readonly ReadOnlyMemory<byte> before;
    private readonly ReadOnlyMemory<byte> after;
    private readonly Action whenSent;

    /// <param name="whenSent">Called at the end.</param>
    public InlineClipContent(GenerateRequest request, VideoBytes clip, Action whenSent)
    {
        this.clip = clip;
        this.whenSent = whenSent;
        var json = JsonSerializer.SerializeToUtf8Bytes(request, GeminiJson.Default.GenerateRequest);

        // Nowhere else: inside a text, quotation marks are escaped.
        var at = json.AsSpan().IndexOf("\"data\":\"\""u8) + "\"data\":\""u8.Length;
        before = json.AsMemory(0, at);
        after = json.AsMemory(at);
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(before, cancellationToken);
        var text = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(BytesAtATime));
        try
        {
            await ReadAsync(
                clip,
                piece =>
                {
                    Base64.EncodeToUtf8(piece.Span, text, out _, out var written);
                    return stream.WriteAsync(text.AsMemory(0, written), cancellationToken);
                }
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }

        await stream.WriteAsync(after, cancellationToken);
        whenSent();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = before.Length + ((clip.SizeBytes + 2) / 3 * 4) + after.Length;
        return true;
    }
}
