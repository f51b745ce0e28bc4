using System.Net;
using System.Net.Http.Headers;

namespace Vigint.Cli.Migration;

/// <summary>A video as part of a form, sent from its file.</summary>
internal sealed class ClipContent : HttpContent
{
    private readonly ClipFile clip;
    private readonly Action moved;

    /// <param name="moved">Told whenever something went.</param>
    public ClipContent(ClipFile clip, Action moved)
    {
        this.clip = clip;
        this.moved = moved;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = clip.SizeBytes;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        clip.ReadAsync(
            async chunk =>
            {
                await stream.WriteAsync(chunk, cancellationToken);
                moved();
            },
            cancellationToken
        );
}
