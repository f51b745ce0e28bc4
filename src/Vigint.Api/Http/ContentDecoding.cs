using System.IO.Compression;
using Vigint.Api.Errors;
using Vigint.Application.Media;

namespace Vigint.Api.Http;

/// <summary>
/// Unpacks bodies that say <c>Content-Encoding: gzip</c> while they come in. Every limit of a body counts what comes out of it. How much
/// that is, and how much more than what went in, is bounded here as well, so that a small body does not cost what only a large one may.
/// </summary>
internal static class ContentDecoding
{
    // Below it any factor is harmless; text packs to a tenth, and gzip to a thousandth at most.
    private const long AnyFactorBelowBytes = 16L * 1024 * 1024;
    private const int MostFactor = 100;

    // Some clients write this into the header, although it is not an encoding.
    private static readonly string[] None = ["", "identity", "utf-8", "utf8"];

    public static IApplicationBuilder UseContentDecoding(this IApplicationBuilder app)
    {
        // Base64 takes a third more than the video in it.
        var mostBytes = app.ApplicationServices.GetRequiredService<UploadOptions>().MaxBytes / 3 * 4 + UploadOptions.MostBesideTheVideo;
        return app.Use(
            (context, next) =>
            {
                var encoding = context.Request.Headers.ContentEncoding;
                return encoding.Count == 0 || None.Contains(encoding.ToString().Trim(), StringComparer.OrdinalIgnoreCase)
                    ? next(context)
                    : UnpackAsync(context, next);
            }
        );

        async Task UnpackAsync(HttpContext context, RequestDelegate next)
        {
            var request = context.Request;
            if (request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0)
            {
                await next(context);
                return;
            }

            if (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant() is not ("gzip" or "x-gzip"))
                throw RequestRefusals.UnknownEncoding();
            var (packed, length) = (request.Body, request.ContentLength);
            await using var unpacked = new UnpackedBody(packed, mostBytes);
            try
            {
                // The length is that of the packed body; the unpacked size is unknown.
                (request.Body, request.ContentLength) = (unpacked, null);
                await next(context);
            }
            finally
            {
                // What is left of a refused body is drained as it comes in.
                (request.Body, request.ContentLength) = (packed, length);
            }
        }
    }

    /// <summary>What comes out of a packed body.</summary>
    private sealed class UnpackedBody : Stream
    {
        private readonly CountedBody packed;
        private readonly GZipStream gzip;
        private readonly long mostBytes;
        private long unpackedBytes;

        public UnpackedBody(Stream packed, long mostBytes)
        {
            this.packed = new CountedBody(packed);
            this.mostBytes = mostBytes;
            gzip = new GZipStream(this.packed, CompressionMode.Decompress, leaveOpen: true);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read;
            try
            {
                read = await gzip.ReadAsync(buffer, cancellationToken);
            }
            catch (InvalidDataException)
            {
                throw RequestRefusals.NotGzip();
            }

            unpackedBytes += read;
            if (unpackedBytes > mostBytes || (unpackedBytes > AnyFactorBelowBytes && unpackedBytes > packed.Bytes * MostFactor))
                throw RequestRefusals.UnpacksToTooMuch(Math.Min(mostBytes, Math.Max(AnyFactorBelowBytes, packed.Bytes * MostFactor)));
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await gzip.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    /// <summary>Counts what is read.</summary>
    private sealed class CountedBody(Stream body) : Stream
    {
        public long Bytes { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Bytes += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
