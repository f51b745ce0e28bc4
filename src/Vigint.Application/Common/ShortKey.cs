using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vigint.Application.Common;

/// <summary>
/// Texts of callers as the key of a table, in 16 bytes however long they are: half of their SHA-256, so that nobody finds two with the same
/// key.
/// </summary>
public readonly record struct ShortKey
{
    // Most are shorter: an id, an address and what a browser calls itself.
    private const int UsualBytes = 1024;

    private readonly UInt128 hash;

    private ShortKey(UInt128 hash) => this.hash = hash;

    /// <param name="parts">Their order counts, and where one ends. Null is another one than the empty text.</param>
    public static ShortKey Of(params ReadOnlySpan<string?> parts)
    {
        var size = parts.Length * sizeof(int);
        foreach (var part in parts)
            size += Encoding.UTF8.GetMaxByteCount(part?.Length ?? 0);
        var bytes = size <= UsualBytes ? stackalloc byte[UsualBytes] : new byte[size];
        var used = 0;
        foreach (var part in parts)
        {
            var length = part is null ? -1 : Encoding.UTF8.GetBytes(part, bytes[(used + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[used..], length);
            used += sizeof(int) + Math.Max(0, length);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..used], digest);
        return new ShortKey(BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }

    public override string ToString() => hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
