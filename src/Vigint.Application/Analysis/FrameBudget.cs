using Vigint.Application.Storage;

namespace Vigint.Application.Analysis;

/// <summary>What buffered frames take of the disk: bounded for each caller and for all, and counted by <see cref="StorageRoom"/>.</summary>
internal sealed class FrameBudget(StorageRoom room, FrameBufferOptions options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> takenByOwner = new(StringComparer.Ordinal);
    private long taken;

    public long MostBytesOfOne => options.MostBytesOfOne;

    /// <param name="bytes">What is to be kept more than before; less than 0 when it is less.</param>
    /// <returns>False when it does not fit.</returns>
    public bool TryTake(string owner, long bytes)
    {
        lock (gate)
        {
            if (bytes > 0 && (taken + bytes > options.MostBytes || takenByOwner.GetValueOrDefault(owner) + bytes > options.MostBytesOfOne))
                return false;
            Count(owner, bytes);
            return true;
        }
    }

    /// <summary>As if <see cref="TryTake"/> had not been called.</summary>
    public void GiveBack(string owner, long bytes)
    {
        lock (gate)
            Count(owner, -bytes);
    }

    private void Count(string owner, long bytes)
    {
        taken += bytes;
        takenByOwner[owner] = takenByOwner.GetValueOrDefault(owner) + bytes;
        if (takenByOwner[owner] == 0)
            takenByOwner.Remove(owner);
        room.CountKept(bytes);
    }
}
