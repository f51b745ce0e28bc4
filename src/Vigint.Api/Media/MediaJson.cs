using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Vigint.Api.Http;

namespace Vigint.Api.Media;

/// <summary>
/// Takes the media out of a JSON body while it comes in. Members that hold base64 are decoded on the way and handed on; what is
/// left, with an empty text in their places, is a small body like any other and read as one. Members may come in any order, and
/// the memory used does not grow with the body.
/// </summary>
internal sealed class MediaJson : IDisposable
{
    private const int DeepestNesting = 64;

    // Two escapes: one character beyond the first 65,536.
    private const int LongestEscapes = 12;

    // After the first byte of a character in UTF-8.
    private const int MostContinuedBytes = 3;

    private readonly Func<string, IMediaSink?> sinkAt;
    private readonly int longestText;
    private readonly ArrayBufferWriter<byte> rest = new();
    private readonly List<Level> levels = [];
    private readonly ArrayBufferWriter<byte> name = new();
    private readonly List<byte> escape = [];
    private Base64Text? media;
    private bool isInText;
    private bool isName;
    private int textBytes;
    private int continuedBytes;
    private bool hasFirstHalf;
    private bool isCut;

    private MediaJson(Func<string, IMediaSink?> sinkAt, int longestText) => (this.sinkAt, this.longestText) = (sinkAt, longestText);

    /// <param name="sinkAt">
    /// Where the text at a place goes, or null for one that is small: the place of a member is its name (<c>video_data</c>), of an
    /// element <c>frames[]</c>, of an element's member <c>frames[].frame_data</c>. Asked for each text in turn.
    /// </param>
    /// <param name="longestText">Of every text that is no media, in bytes as it is sent; what is longer is cut.</param>
    /// <returns>The body without its media: those that were there are empty texts, others null.</returns>
    /// <exception cref="Vigint.Domain.RefusedException">As <see cref="JsonBody.Parse"/>, and what the sinks throw.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpContext context,
        JsonSerializerOptions options,
        Func<string, IMediaSink?> sinkAt,
        int longestText = int.MaxValue
    )
    {
        context.MarkBodyBegun();
        using var reader = new MediaJson(sinkAt, longestText);
        await reader.ReadAsync(context.Request.BodyReader, context.RequestAborted);
        return (T)JsonBody.Parse(new ReadOnlySequence<byte>(reader.rest.WrittenMemory), typeof(T), options)!;
    }

    public void Dispose() => media?.Dispose();

    private async Task ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            try
            {
                foreach (var segment in read.Buffer)
                    Take(segment.Span);
            }
            finally
            {
                body.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
                return;
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (escape.Count > 0)
                bytes = TakeEscape(bytes);
            else if (isInText)
                bytes = TakeText(bytes);
            else
                bytes = TakeStructure(bytes);
        }
    }

    private ReadOnlySpan<byte> TakeText(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOfAny((byte)'"', (byte)'\\');
        Content(at < 0 ? bytes : bytes[..at]);
        if (at < 0)
            return default;
        if (bytes[at] == '\\')
            escape.Add(bytes[at]);
        else
            EndText();
        return bytes[(at + 1)..];
    }

    // Two characters, or six of which four are hexadecimal digits.
    private ReadOnlySpan<byte> TakeEscape(ReadOnlySpan<byte> bytes)
    {
        escape.Add(bytes[0]);
        if (escape.Count < (escape[1] == 'u' ? 6 : 2))
            return bytes[1..];
        if (media is not null)
            media.Append([Unescaped()]);
        else if (isName)
            Content([.. escape]);
        else
            KeepEscape([.. escape]);
        escape.Clear();
        return bytes[1..];
    }

    private ReadOnlySpan<byte> TakeStructure(ReadOnlySpan<byte> bytes)
    {
        var one = bytes[0];
        switch (one)
        {
            case (byte)'{' or (byte)'[':
                if (levels.Count == DeepestNesting)
                    throw JsonBody.IsNone();
                levels.Add(new Level(IsArray: one == '[', Name: ""));
                isName = one == '{';
                break;
            case (byte)'}' or (byte)']':
                if (levels.Count > 0)
                    levels.RemoveAt(levels.Count - 1);
                break;
            case (byte)',':
                isName = levels is [.., { IsArray: false }];
                break;
            case (byte)':':
                isName = false;
                break;
            case (byte)'"':
                BeginText();
                return bytes[1..];
            default:
                break;
        }

        Keep(bytes[..1]);
        return bytes[1..];
    }

    private void BeginText()
    {
        isInText = true;
        (textBytes, continuedBytes, hasFirstHalf, isCut) = (0, 0, false, false);
        Keep("\""u8);
        if (isName)
            name.ResetWrittenCount();
        else if (levels.Count > 0 && sinkAt(Place()) is { } sink)
            media = new Base64Text(sink);
    }

    private void Content(ReadOnlySpan<byte> text)
    {
        if (media is not null)
        {
            media.Append(text);
            return;
        }

        if (!isName)
        {
            KeepText(text);
            return;
        }

        Keep(text);
        name.Write(text);
    }

    // A character of several bytes that has begun is kept whole. (Of bytes that are no UTF-8 each is one.)
    private void KeepText(ReadOnlySpan<byte> text)
    {
        hasFirstHalf &= text.IsEmpty;
        var kept = !isCut && text.Length <= longestText - textBytes ? text.Length : 0;
        while (kept < text.Length && !isCut)
        {
            var isContinued = (text[kept] & 0xC0) == 0x80 && continuedBytes < MostContinuedBytes;
            var isFull = textBytes + kept >= longestText;
            isCut = isFull && !isContinued;
            continuedBytes = isFull && isContinued ? continuedBytes + 1 : continuedBytes;
            kept += isCut ? 0 : 1;
        }

        textBytes += kept;
        Keep(text[..kept]);
    }

    // The second half of a pair follows the first, for which there was room for both.
    private void KeepEscape(ReadOnlySpan<byte> whole)
    {
        var isSecondHalf =
            hasFirstHalf
            && whole is [_, (byte)'u', (byte)'d' or (byte)'D', (>= (byte)'c' and <= (byte)'f') or (>= (byte)'C' and <= (byte)'F'), ..];
        isCut |= !isSecondHalf && textBytes > longestText - LongestEscapes;
        hasFirstHalf =
            whole is [_, (byte)'u', (byte)'d' or (byte)'D', (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B', ..];
        if (isCut)
            return;
        textBytes += whole.Length;
        Keep(whole);
    }

    private void EndText()
    {
        isInText = false;
        Keep("\""u8);
        if (isName && levels.Count > 0)
            levels[^1] = levels[^1] with { Name = Encoding.UTF8.GetString(name.WrittenSpan) };
        if (media is null)
            return;
        media.End();
        media.Dispose();
        media = null;
    }

    private string Place()
    {
        var place = new StringBuilder();
        foreach (var level in levels)
        {
            if (level.IsArray)
                place.Append("[]");
            else
                place.Append(place.Length > 0 ? "." : "").Append(level.Name);
        }

        return place.ToString();
    }

    // It does not matter which character base64 lacks: the text is not base64.
    private byte Unescaped() =>
        escape[1] switch
        {
            (byte)'n' or (byte)'r' or (byte)'t' => (byte)' ',
            (byte)'u' => ushort.TryParse([.. escape.Skip(2)], System.Globalization.NumberStyles.AllowHexSpecifier, null, out var unit)
            && unit < 128
                ? (byte)unit
                : (byte)'\\',
            var other => other,
        };

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (rest.WrittenCount + bytes.Length > JsonBody.MostBytes)
            throw JsonBody.IsTooLarge();
        rest.Write(bytes);
    }

    /// <param name="Name">Of the member that is being read, in an object.</param>
    private readonly record struct Level(bool IsArray, string Name);
}
