using Vigint.Application.Common;
using Vigint.Application.Media;

namespace Vigint.Application.Analysis;

/// <summary>
/// The clip that each caller uploaded last, for an hour (contract §5, upload). They are scratch files: after a restart they are
/// gone.
/// </summary>
public sealed class CurrentClips(TimeProvider clock)
{
    /// <summary>How long a clip is kept.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, KeptClip> clips = new(StringComparer.Ordinal);

    /// <summary>Keeps a clip in place of the one before, whose readers keep its bytes. It is no longer the caller's to dispose.</summary>
    /// <param name="media">Holds the file of <paramref name="clip"/>.</param>
    /// <param name="frames">Pictures in it; 0 where unknown.</param>
    public void Keep(Caller caller, ReceivedMedia media, ClipFile clip, int frames)
    {
        var kept = new KeptClip(media, clip, frames, clock.GetSteadyNow());
        KeptClip? before;
        lock (gate)
        {
            before = clips.GetValueOrDefault(caller.Owner);
            clips[caller.Owner] = kept;
        }

        before?.LetGo();
    }

    /// <returns>Null when there is none, or its hour is over. The caller disposes; until then its file is there.</returns>
    public TakenClip? Take(Caller caller)
    {
        lock (gate)
            return clips.TryGetValue(caller.Owner, out var kept) && !HasEnded(kept) ? kept.Take() : null;
    }

    /// <summary>Forgets those whose hour is over.</summary>
    public void RemoveEnded()
    {
        List<KeptClip> ended;
        lock (gate)
        {
            ended = [.. clips.Values.Where(HasEnded)];
            foreach (var (owner, _) in clips.Where(one => ended.Contains(one.Value)).ToList())
                clips.Remove(owner);
        }

        ended.ForEach(one => one.LetGo());
    }

    /// <summary>Forgets an owner's; its readers keep its bytes until they let go.</summary>
    public void Forget(string owner)
    {
        KeptClip? kept;
        lock (gate)
            clips.Remove(owner, out kept);
        kept?.LetGo();
    }

    private bool HasEnded(KeptClip kept) => clock.GetSteadyNow() - kept.KeptAt >= Life;

    /// <summary>Removes its files when nobody has it any more: neither this list nor a reader.</summary>
    private sealed class KeptClip(ReceivedMedia media, ClipFile clip, int frames, DateTimeOffset keptAt)
    {
        // The first is the list.
        private int holders = 1;

        public DateTimeOffset KeptAt => keptAt;

        /// <summary>Only while it is in the list, so that it is there.</summary>
        public TakenClip Take()
        {
            Interlocked.Increment(ref holders);
            return new TakenClip(clip, frames, LetGo);
        }

        public void LetGo()
        {
            if (Interlocked.Decrement(ref holders) == 0)
                media.Dispose();
        }
    }
}
