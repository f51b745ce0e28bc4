using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>
/// The newest frames that callers sent, for each caller and for each of its sources (contract §5, buffers). They are scratch files:
/// after a restart they are gone.
/// </summary>
public sealed class FrameBuffers(
    IScratch scratch,
    StorageRoom room,
    FrameBufferOptions options,
    TimeProvider clock,
    ILogger<FrameBuffers> logger
)
{
    /// <summary>In one buffer: ten seconds of what cameras send.</summary>
    public const int MostFrames = 250;

    /// <summary>Of one caller.</summary>
    public const int MostSources = 64;

    /// <summary>A buffer is forgotten when no frame has come for so long.</summary>
    public static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly FrameBudget budget = new(room, options);
    private readonly ConcurrentDictionary<BufferKey, FrameBuffer> buffers = new();

    /// <summary>Appends all frames of a call, or none; the oldest make room.</summary>
    /// <param name="source">Null for the caller's own buffer.</param>
    /// <param name="frames">Remain the caller's to dispose.</param>
    /// <returns>How many are in the buffer now.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.TooMany"/> sources; <see cref="Refusal.NoRoom"/>; <see cref="Refusal.Unavailable"/>.
    /// </exception>
    public int Append(Caller caller, NamedSource? source, FrameIntake frames)
    {
        var key = new BufferKey(caller.Owner, source?.Id);
        while (true)
        {
            if (FindOrMake(key, caller).Append(frames, source?.Name) is { } size)
                return size;
        }
    }

    /// <summary>Gives the frames of this moment a second name in another folder; the buffer goes on.</summary>
    /// <param name="sourceId">Null for the caller's own buffer.</param>
    /// <returns><see cref="SharedFrames.None"/> when there is no such buffer of this caller's.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    public SharedFrames ShareWith(IScratchFolder other, Caller caller, string? sourceId) =>
        Find(new BufferKey(caller.Owner, sourceId))?.ShareWith(other) ?? SharedFrames.None;

    /// <summary>The caller's sources that have frames, by their ids.</summary>
    public IReadOnlyList<BufferedSource> SourcesOf(Caller caller) =>
        [
            .. SourceBuffers(caller.Owner)
                .Where(one => !one.Value.ForgetIfIdle())
                .Select(one => one.Value.Describe(one.Key.SourceId!))
                .Where(source => source.Frames > 0)
                .OrderBy(source => source.Id, StringComparer.Ordinal),
        ];

    /// <summary>Forgets those to which no frame has come for long.</summary>
    public void RemoveIdle()
    {
        foreach (var one in buffers)
        {
            if (one.Value.ForgetIfIdle())
                buffers.TryRemove(one);
        }
    }

    /// <summary>Forgets all of an owner's.</summary>
    public void Forget(string owner)
    {
        foreach (var one in buffers.Where(one => one.Key.Owner == owner))
        {
            one.Value.Forget();
            buffers.TryRemove(one);
        }
    }

    private FrameBuffer? Find(BufferKey key)
    {
        if (!buffers.TryGetValue(key, out var found))
            return null;
        if (!found.ForgetIfIdle())
            return found;
        buffers.TryRemove(new KeyValuePair<BufferKey, FrameBuffer>(key, found));
        return null;
    }

    private FrameBuffer FindOrMake(BufferKey key, Caller caller)
    {
        if (Find(key) is { } found)
            return found;
        lock (gate)
        {
            if (Find(key) is { } made)
                return made;
            if (key.SourceId is not null)
                RequireFewSources(key.Owner);
            logger.BufferBegun(caller.ClientName, buffers.Count(one => one.Key.Owner == key.Owner) + 1);
            return buffers[key] = new FrameBuffer(key.Owner, scratch, budget, clock);
        }
    }

    private void RequireFewSources(string owner)
    {
        var ends = SourceBuffers(owner).Select(one => one.Value.EndsAt).ToList();
        var now = clock.GetSteadyNow();
        if (ends.Count(end => end > now) >= MostSources)
            throw BufferRefusals.TooManySources(MostSources, ends.Where(end => end > now).Min() - now);
    }

    private IEnumerable<KeyValuePair<BufferKey, FrameBuffer>> SourceBuffers(string owner) =>
        buffers.Where(one => one.Key.Owner == owner && one.Key.SourceId is not null);

    /// <param name="SourceId">Null for the owner's own buffer.</param>
    private readonly record struct BufferKey(string Owner, string? SourceId);
}

/// <summary>A source as a call names it.</summary>
/// <param name="Name">What people call it; null when the call does not say.</param>
public sealed record NamedSource(string Id, string? Name);

/// <summary>A source that frames of are buffered.</summary>
/// <param name="Name">What people call it; its id when nobody said.</param>
/// <param name="Frames">How many are in the buffer.</param>
public sealed record BufferedSource(string Id, string Name, int Frames);
