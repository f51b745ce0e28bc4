using System.Collections.Concurrent;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>
/// The videos that wait for their renditions, in memory: owners in turn, of each the newest first. What does not fit, and what
/// a crash forgets, is in the index: see <see cref="AskForBacklog"/>.
/// </summary>
public sealed class RenditionQueue(RenditionOptions options, int most = RenditionQueue.DefaultMost)
{
    /// <summary>Most that wait in memory; some hundred bytes each.</summary>
    public const int DefaultMost = 1000;

    private readonly Lock gate = new();

    // The owner who has had no turn for longest is the first.
    private readonly LinkedList<Owner> owners = [];
    private readonly HashSet<VideoKey> known = [];

    // As many as are made at once.
    private readonly List<RenditionTurn> taken = [];
    private readonly ConcurrentDictionary<VideoKey, double> percents = [];

    private int waiting;
    private bool isBacklogAsked;
    private TaskCompletionSource changed = NewSignal();
    private volatile string? unavailableReason = options.AreMade ? null : "This server makes no playable forms";

    /// <summary>Why none are made at all at present; null when they are. Fit for the wire.</summary>
    public string? UnavailableReason => unavailableReason;

    /// <summary>Adds an upload. It never waits: beyond the bound it is left to the backlog.</summary>
    public void Add(VideoKey video, string owner)
    {
        if (!options.AreMade)
            return;
        lock (gate)
        {
            if (waiting < most)
                AddToOwner(video, owner, isNewest: true);
            else
                isBacklogAsked = true;
            Signal();
        }
    }

    /// <summary>Adds one of the backlog, which comes newest first, when there is room for it.</summary>
    public async Task AddOlderAsync(VideoKey video, string owner, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (waiting < most)
                {
                    AddToOwner(video, owner, isNewest: false);
                    Signal();
                    return;
                }

                change = changed.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the next, whose turn it is until that is disposed.</summary>
    public async Task<RenditionTurn> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (owners.First is { } first)
                    return TakeFrom(first);
                change = changed.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The video was deleted or replaced: nobody needs its rendition any more.</summary>
    public void Abandon(VideoId id)
    {
        lock (gate)
        {
            foreach (var turn in taken.Where(turn => turn.Video.Id == id))
                turn.Abandon();
        }
    }

    /// <summary>Says that there may be videos in the index that are not here.</summary>
    public void AskForBacklog()
    {
        lock (gate)
        {
            isBacklogAsked = true;
            Signal();
        }
    }

    /// <summary>Waits until somebody asks; once for any number of calls.</summary>
    public async Task BacklogAskedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (isBacklogAsked)
                {
                    isBacklogAsked = false;
                    return;
                }

                change = changed.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    /// <summary>How far it is; nothing once its turn is over.</summary>
    public void Report(VideoKey video, double percent)
    {
        lock (gate)
        {
            if (taken.Exists(turn => turn.Video == video))
                percents[video] = percent;
        }
    }

    /// <returns>Null when it is not being made.</returns>
    public double? PercentOf(VideoKey video) => percents.TryGetValue(video, out var percent) ? percent : null;

    /// <summary>None can be made, or they can again.</summary>
    /// <param name="why">Null when they can.</param>
    public void SetUnavailable(string? why) => unavailableReason = why;

    private void AddToOwner(VideoKey video, string ownerName, bool isNewest)
    {
        if (!known.Add(video))
            return;
        var owner = owners.FirstOrDefault(one => one.Name == ownerName) ?? owners.AddLast(new Owner(ownerName)).Value;
        if (isNewest)
            owner.Waiting.AddFirst(video);
        else
            owner.Waiting.AddLast(video);
        waiting++;
    }

    internal void GiveBack(RenditionTurn turn)
    {
        lock (gate)
        {
            percents.TryRemove(turn.Video, out _);
            known.Remove(turn.Video);
            taken.Remove(turn);
        }
    }

    private RenditionTurn TakeFrom(LinkedListNode<Owner> owner)
    {
        var video = owner.Value.Waiting.First!.Value;
        owner.Value.Waiting.RemoveFirst();
        owners.Remove(owner);
        if (owner.Value.Waiting.Count > 0)
            owners.AddLast(owner);
        waiting--;
        Signal();
        var turn = new RenditionTurn(this, video);
        taken.Add(turn);
        return turn;
    }

    private void Signal()
    {
        changed.TrySetResult();
        changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Owner(string name)
    {
        public string Name => name;

        public LinkedList<VideoKey> Waiting { get; } = [];
    }
}

/// <summary>The turn of one video.</summary>
public sealed class RenditionTurn : IDisposable
{
    private readonly RenditionQueue queue;
    private readonly CancellationTokenSource abandoned = new();

    internal RenditionTurn(RenditionQueue queue, VideoKey video)
    {
        this.queue = queue;
        Video = video;
    }

    public VideoKey Video { get; }

    /// <summary>When the video is not there any more.</summary>
    public CancellationToken Abandoned => abandoned.Token;

    // Not synchronously: the caller holds the lease of the video, and the callback needs it, too.
    internal void Abandon() => _ = abandoned.CancelAsync();

    public void Dispose()
    {
        queue.GiveBack(this);
        abandoned.Dispose();
    }
}
