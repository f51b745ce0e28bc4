using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Vigint.Api.Http;

/// <summary>
/// Memory of Kestrel's connections in blocks of 64 KB. Kestrel receives at most one block per system call; with its own 4 KB
/// blocks an upload costs 16 times the calls and half again the processor time (docs/decisions/0006-large-receive-blocks.md).
/// </summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();

    private sealed class BlockPool : MemoryPool<byte>
    {
        private const int BlockSize = 64 * 1024;

        // Four megabytes are kept for the next burst; what a larger one took goes back to the garbage collector.
        private const int MostKept = 64;

        private readonly ConcurrentQueue<Block> kept = new();
        private int keptCount;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            if (!kept.TryDequeue(out var block))
                return new Block(this);
            Interlocked.Decrement(ref keptCount);
            block.Take();
            return block;
        }

        protected override void Dispose(bool disposing) => kept.Clear();

        private void Return(Block block)
        {
            if (Interlocked.Increment(ref keptCount) <= MostKept)
                kept.Enqueue(block);
            else
                Interlocked.Decrement(ref keptCount);
        }

        // Pinned for good, so that the sockets need not pin it for each call.
        private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
        {
            private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
            private int isReturned;

            public Memory<byte> Memory => bytes;

            public void Take() => Volatile.Write(ref isReturned, 0);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref isReturned, 1) == 0)
                    pool.Return(this);
            }
        }
    }
}
