using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using Vigint.Api.Http;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Videos.UploadVideo;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Api.Videos;

/// <summary>
/// Reads multipart/form-data (RFC 7578) as it comes in, without a buffer or a copy of its own: a part's bytes are handed on in
/// the memory that the socket filled. ASP.NET's reader costs a fifth more for the same (docs/decisions/0005-own-multipart-reader.md).
/// </summary>
internal sealed partial class MultipartForm : IUploadForm, IDisposable
{
    private const int MostParts = 100;
    private const int MostHeaderBytes = 16 * 1024;
    private const int MostPreambleBytes = 16 * 1024;
    private const int LongestBoundary = 200;

    private readonly HttpContext context;
    private readonly PipeReader body;
    private readonly byte[] delimiter;
    private Part? current;
    private int parts;
    private bool isOver;

    private MultipartForm(HttpContext context, string boundary)
    {
        this.context = context;
        body = context.Request.BodyReader;
        delimiter = Encoding.Latin1.GetBytes($"\r\n--{boundary}");
        AnnouncedBytes = context.Request.ContentLength;
    }

    public long? AnnouncedBytes { get; }

    /// <exception cref="Vigint.Domain.RefusedException">
    /// <see cref="Vigint.Domain.Refusal.Invalid"/> when the request is no such form.
    /// </exception>
    public static MultipartForm Of(HttpRequest request)
    {
        if (request.ContentType?.TrimStart().StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw VideoRefusals.NoVideoPart();
        return BoundaryOf(request.ContentType) is { Length: > 0 and <= LongestBoundary } boundary
            ? new MultipartForm(request.HttpContext, boundary)
            : throw VideoRefusals.BrokenForm("the content type names no usable boundary");
    }

    public async ValueTask<UploadPart?> NextAsync(CancellationToken cancellationToken)
    {
        if (isOver)
            return null;
        if (current is null)
        {
            context.MarkBodyBegun();
            await SkipPreambleAsync(cancellationToken);
        }
        else
        {
            await current.SkipAsync(cancellationToken);
        }

        current = null;
        if (await IsLastDelimiterAsync(cancellationToken))
        {
            isOver = true;
            await SkipEpilogueAsync(cancellationToken);
            return null;
        }

        if (++parts > MostParts)
            throw VideoRefusals.BrokenForm("it has too many parts");
        var (name, fileName) = await HeadersAsync(cancellationToken);
        current = new Part(body, delimiter);
        return new UploadPart(name, fileName, current);
    }

    /// <summary>Leaves the request's body so that what is left of it can be drained.</summary>
    public void Dispose() => current?.Release();

    // By hand: some clients do not quote a boundary that should be quoted ("=", "(" or a space in it).
    private static string BoundaryOf(string contentType)
    {
        const string parameter = "boundary=";
        var at = contentType.IndexOf(parameter, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return "";
        var value = contentType[(at + parameter.Length)..].Trim();
        if (value.StartsWith('"'))
            return value.IndexOf('"', 1) is > 0 and var end ? value[1..end] : "";
        return value.Split(';')[0].Trim();
    }

    // The first delimiter may stand at the very beginning, where no line break comes before it.
    private async ValueTask SkipPreambleAsync(CancellationToken cancellationToken)
    {
        var withoutBreak = delimiter.AsMemory(2);
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var start = new SequenceReader<byte>(read.Buffer);
            if (start.IsNext(withoutBreak.Span))
            {
                body.AdvanceTo(read.Buffer.GetPosition(withoutBreak.Length));
                return;
            }

            if (start.TryReadTo(out ReadOnlySequence<byte> _, delimiter))
            {
                body.AdvanceTo(start.Position);
                return;
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > MostPreambleBytes)
                throw read.Buffer.IsEmpty ? VideoRefusals.NoVideoPart() : VideoRefusals.BrokenForm("its first boundary is missing");
        }
    }

    // After a delimiter comes "--" when it is the last, else the end of its line.
    private async ValueTask<bool> IsLastDelimiterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var rest = new SequenceReader<byte>(read.Buffer);
            if (rest.IsNext("--"u8))
            {
                body.AdvanceTo(read.Buffer.GetPosition(2));
                return true;
            }

            if (rest.TryReadTo(out ReadOnlySequence<byte> padding, "\r\n"u8))
            {
                var isBlank = padding.IsEmpty || padding.ToArray().AsSpan().IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
                body.AdvanceTo(isBlank ? rest.Position : read.Buffer.Start);
                return isBlank ? false : throw VideoRefusals.BrokenForm("a boundary does not end its line");
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > MostHeaderBytes)
                throw VideoRefusals.BrokenForm("it ends early");
        }
    }

    private async ValueTask SkipEpilogueAsync(CancellationToken cancellationToken)
    {
        for (long skipped = 0; skipped < MostPreambleBytes; )
        {
            var read = await body.ReadAsync(cancellationToken);
            skipped += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    private async ValueTask<(string Name, string? FileName)> HeadersAsync(CancellationToken cancellationToken)
    {
        ContentDispositionHeaderValue? disposition = null;
        for (var seen = 0L; ; )
        {
            var read = await body.ReadAsync(cancellationToken);
            var reader = new SequenceReader<byte>(read.Buffer);
            if (!reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8))
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted || read.Buffer.Length > MostHeaderBytes)
                    throw VideoRefusals.BrokenForm("the headers of a part do not end");
                continue;
            }

            var text = LenientText.Decode(line);
            body.AdvanceTo(reader.Position);
            if (text.Length == 0)
                break;
            seen += line.Length;
            if (seen > MostHeaderBytes)
                throw VideoRefusals.BrokenForm("the headers of a part are too long");
            const string wanted = "Content-Disposition:";
            if (
                text.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
                && !ContentDispositionHeaderValue.TryParse(text[wanted.Length..].Trim(), out disposition)
                && !ContentDispositionHeaderValue.TryParse(WithQuotedName(text[wanted.Length..].Trim()), out disposition)
            )
            {
                throw VideoRefusals.BrokenForm("the disposition of a part cannot be read");
            }
        }

        if (disposition is null)
            throw VideoRefusals.BrokenForm("a part has no name");
        var hasFile = disposition.FileName.HasValue || disposition.FileNameStar.HasValue;
        var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName);
        return (
            HeaderUtilities.RemoveQuotes(disposition.Name).ToString(),
            hasFile ? FileNames.LastSegment(Unescaped(fileName.ToString())).WithoutControls('\ufffd') : null
        );
    }

    // Clients escape a quotation mark, and some a backslash.
    private static string Unescaped(string quoted) =>
        quoted.Replace("\\\\", "\\", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal);

    // A file name with spaces that should have been in quotes.
    private static string WithQuotedName(string disposition) => UnquotedName().Replace(disposition, "filename=\"$1\"");

    [GeneratedRegex("""filename=([^";]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex UnquotedName();

    /// <summary>The body of one part: everything up to the delimiter.</summary>
    private sealed class Part(PipeReader body, byte[] delimiter) : PipeReader
    {
        // What was handed out last, and where in the request it ends; null when it was given back.
        private ReadOnlySequence<byte>? handedOut;
        private SequencePosition requestEnd;
        private SequencePosition? delimiterEnd;
        private bool isOver;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (isOver)
                return new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                var result = TryHandOut(read.Buffer);

                // Handed out again and again it would never end for a reader who waits for the whole part.
                if (read.IsCompleted && delimiterEnd is null)
                {
                    handedOut = null;
                    body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    throw VideoRefusals.BrokenForm("it ends early");
                }

                if (result is not null)
                    return result.Value;
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException("A part is read asynchronously.");

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (handedOut is not { } bytes)
                return;
            handedOut = null;
            if (delimiterEnd is { } end && consumed.Equals(bytes.End))
            {
                isOver = true;
                body.AdvanceTo(end);
            }
            else
            {
                // A reader that examined everything it got waits for more; the beginning of a delimiter is not more.
                body.AdvanceTo(consumed, examined.Equals(bytes.End) && delimiterEnd is null ? requestEnd : consumed);
            }
        }

        /// <summary>Reads what the part's consumer left.</summary>
        public async ValueTask SkipAsync(CancellationToken cancellationToken)
        {
            Release();
            for (long skipped = 0; !isOver; )
            {
                var read = await ReadAsync(cancellationToken);
                skipped += read.Buffer.Length;
                if (skipped > UploadOptions.MostBesideTheVideo)
                    throw VideoRefusals.BrokenForm("a part that is not asked for is too large");
                AdvanceTo(read.Buffer.End);
            }
        }

        /// <summary>Gives back what was handed out and neither used nor given back.</summary>
        public void Release()
        {
            if (handedOut is { } bytes)
                AdvanceTo(bytes.Start);
        }

        public override void CancelPendingRead() => body.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            // The request goes on after the part.
        }

        private ReadResult? TryHandOut(ReadOnlySequence<byte> request)
        {
            var at = DelimiterSearch.Find(request, delimiter);
            requestEnd = request.End;
            if (at >= 0)
            {
                delimiterEnd = request.GetPosition(at + delimiter.Length);
                handedOut = request.Slice(0, at);
                return new ReadResult(handedOut.Value, isCanceled: false, isCompleted: true);
            }

            // The last bytes may be the beginning of the delimiter.
            var safe = request.Length - (delimiter.Length - 1);
            if (safe <= 0)
                return null;
            handedOut = request.Slice(0, safe);
            return new ReadResult(handedOut.Value, isCanceled: false, isCompleted: false);
        }
    }
}
