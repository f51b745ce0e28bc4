using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Hands out leases. Changes of one video wait for each other; readers never wait.</summary>
public sealed class VideoLocks : IDisposable
{
    // Ids share locks; a change takes milliseconds, so a chance neighbor is not noticed.
    private readonly SemaphoreSlim[] locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>
    /// Waits until nobody else may change the video. Read what you are about to change while you hold the lease. Never wait for a second
    /// lease meanwhile, because ids share locks.
    /// </summary>
    public async Task<VideoLease> LeaseAsync(VideoId id, CancellationToken cancellationToken)
    {
        var one = locks[(uint)string.GetHashCode(id.Text, StringComparison.Ordinal) % (uint)locks.Length];
        await one.WaitAsync(cancellationToken);
        return new VideoLease(id, [one]);
    }

    /// <summary>Waits until nobody else may change any video. Hold this lease for some milliseconds only.</summary>
    public async Task<VideoLease> LeaseAllAsync(CancellationToken cancellationToken)
    {
        var held = new List<SemaphoreSlim>(locks.Length);
        try
        {
            foreach (var one in locks)
            {
                await one.WaitAsync(cancellationToken);
                held.Add(one);
            }

            return new VideoLease(id: null, held);
        }
        catch
        {
            held.ForEach(one => one.Release());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var one in locks)
            one.Dispose();
    }
}

/// <summary>
/// The right to replace, change, remove or share one video, or all of them. Nobody else can change it until the lease is disposed.
/// </summary>
public sealed class VideoLease : IDisposable
{
    private readonly VideoId? id;
    private IReadOnlyList<SemaphoreSlim>? held;

    /// <param name="id">Null for all videos.</param>
    internal VideoLease(VideoId? id, IReadOnlyList<SemaphoreSlim> held)
    {
        this.id = id;
        this.held = held;
    }

    /// <exception cref="InvalidOperationException">The lease is of another video, or is over: a mistake in the program.</exception>
    public void Require(VideoId video)
    {
        if (held is null)
            throw new InvalidOperationException($"The lease of {video} is over.");
        if (id is not null && id != video)
            throw new InvalidOperationException($"This is the lease of {id}, not of {video}.");
    }

    public void Dispose()
    {
        foreach (var one in held ?? [])
            one.Release();
        held = null;
    }
}
