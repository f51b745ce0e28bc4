using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>Reads a question while it arrives: the clip in it is counted and hashed, and a large one is not kept.</summary>
internal sealed class FakeQuestion : IDisposable
{
    private const int BytesAtATime = 64 * 1024;
    private const int MostKeptBytes = 4 * 1024 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> rest = new();
    private readonly byte[] encoded = new byte[BytesAtATime + 4];
    private readonly byte[] decoded = new byte[BytesAtATime];
    private readonly MemoryStream kept = new();
    private int encodedCount;
    private bool isInClip;
    private bool isBehindClip;

    /// <summary>What came, with the clip left out.</summary>
    public JsonNode Json => JsonNode.Parse(rest.WrittenSpan) ?? throw new InvalidOperationException("A question without a body.");

    /// <summary>Of the clip; null when none came along.</summary>
    public int? ClipBytes { get; private set; }

    public string ClipSha256 => Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>Itself; null when it is large or none came along.</summary>
    public byte[]? Clip => ClipBytes <= MostKeptBytes ? kept.ToArray() : null;

    // Inside a text quotation marks are escaped, so this is where a clip begins.
    private static ReadOnlySpan<byte> BeforeClip => "\"data\":\""u8;

    public async Task ReadAsync(Stream body)
    {
        var buffer = new byte[BytesAtATime];
        while (await body.ReadAsync(buffer) is > 0 and var read)
            Take(buffer.AsSpan(0, read));
    }

    public void Dispose()
    {
        hash.Dispose();
        kept.Dispose();
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        if (!isInClip && !isBehindClip)
        {
            rest.Write(piece);
            var clip = rest.WrittenSpan.IndexOf(BeforeClip);
            if (clip < 0)
                return;
            var json = rest.WrittenSpan[..(clip + BeforeClip.Length)].ToArray();
            piece = piece[^(rest.WrittenCount - json.Length)..];
            rest.Clear();
            rest.Write(json);
            isInClip = true;
            ClipBytes = 0;
        }

        if (isInClip)
        {
            var end = piece.IndexOf((byte)'"');
            Decode(end < 0 ? piece : piece[..end]);
            if (end < 0)
                return;
            piece = piece[end..];
            (isInClip, isBehindClip) = (false, true);
        }

        rest.Write(piece);
    }

    private void Decode(ReadOnlySpan<byte> text)
    {
        text.CopyTo(encoded.AsSpan(encodedCount));
        var there = encoded.AsSpan(0, encodedCount + text.Length);
        var whole = there.Length / 4 * 4;
        if (Base64.DecodeFromUtf8(there[..whole], decoded, out _, out var written) != OperationStatus.Done)
            throw new FormatException("The clip is not base64.");
        hash.AppendData(decoded, 0, written);
        ClipBytes += written;
        if (ClipBytes <= MostKeptBytes)
            kept.Write(decoded, 0, written);
        there[whole..].CopyTo(encoded);
        encodedCount = there.Length - whole;
    }
}
