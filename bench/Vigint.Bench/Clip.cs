using System.Buffers.Binary;

namespace Vigint.Bench;

/// <summary>Bytes that are an MP4 by their first boxes. What is larger than a block repeats it, so that the client stays cheap.</summary>
internal sealed class Clip
{
    private const int MostBlock = 10 * 1024 * 1024;
    private readonly byte[] block;

    public Clip(long sizeBytes, int seed = 1)
    {
        SizeBytes = sizeBytes;
        block = GC.AllocateUninitializedArray<byte>((int)Math.Min(sizeBytes, MostBlock), pinned: true);
        new Random(seed).NextBytes(block);
        byte[] start = [0, 0, 0, 24, .. "ftypmp42"u8, 0, 0, 0, 0, .. "mp42isom"u8, 0, 0, 0, 0, .. "mdat"u8];
        start.CopyTo(block, 0);
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(24), (uint)(sizeBytes - 24));
    }

    public long SizeBytes { get; }

    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        for (long done = 0; done < SizeBytes; done += block.Length)
            yield return block.AsMemory(0, (int)Math.Min(block.Length, SizeBytes - done));
    }
}
