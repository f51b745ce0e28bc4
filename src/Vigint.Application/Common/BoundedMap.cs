using System.Collections.Concurrent;

namespace Vigint.Application.Common;

/// <summary>
/// A table that callers can grow, and that never holds more than its bound. Safe for any number of threads; readers take no lock. Every
/// operation takes the same time, however full the table is.
/// </summary>
/// <remarks>
/// When the table is full, the entry that was set longest ago goes, but one that was read since then stays for another round (second
/// chance, an approximation of "least recently used"). At most <see cref="MostLooks"/> entries are looked at for that; then the oldest of
/// them goes although it was read.
/// A key must have a bounded size: hash what a caller may make as long as it likes (<see cref="ShortKey"/>).
/// What an eviction means is the owner's decision: it must never free somebody whom the table holds back, and never lose what exists
/// only here.
/// </remarks>
/// <param name="most">
/// Most entries. Only those that <paramref name="mustStay"/> may be more, if they are set with <see cref="Force"/>.
/// </param>
/// <param name="clock">The monotonic time of it counts; needed with a <paramref name="life"/>.</param>
/// <param name="life">An entry is gone so long after it was set; null: it stays.</param>
/// <param name="mustStay">Entries that are not evicted at this moment, asked under the table's lock; null: none.</param>
public sealed class BoundedMap<TKey, TValue>(
    int most,
    TimeProvider? clock = null,
    TimeSpan? life = null,
    Func<TValue, bool>? mustStay = null,
    IEqualityComparer<TKey>? comparer = null
)
    where TKey : notnull
{
    /// <summary>How many entries are looked at for one that may go.</summary>
    public const int MostLooks = 16;

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<TKey, Entry> entries = new(comparer);
    private readonly Lock gate = new();

    // Of every entry in the table one node, the one that was set longest ago first.
    private readonly LinkedList<Entry> byAge = [];

    public int Count => entries.Count;

    /// <summary>What is here at this moment, in no order.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        entries.Where(one => !HasEnded(one.Value)).Select(one => KeyValuePair.Create(one.Key, one.Value.Value));

    public bool TryGet(TKey key, out TValue value)
    {
        if (entries.TryGetValue(key, out var found) && !HasEnded(found))
        {
            if (!found.WasRead)
                found.WasRead = true;
            value = found.Value;
            return true;
        }

        value = default!;
        return false;
    }

    public TValue? Find(TKey key) => TryGet(key, out var value) ? value : default;

    public bool Contains(TKey key) => entries.TryGetValue(key, out var found) && !HasEnded(found);

    /// <summary>Sets the value in place of the one before, if any.</summary>
    /// <returns>False, and nothing has changed, when the table is full of entries that must stay.</returns>
    public bool TrySet(TKey key, TValue value)
    {
        lock (gate)
            return Set(key, value, isForced: false);
    }

    /// <returns>False when there is one already, or the table is full of entries that must stay.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        lock (gate)
            return !Contains(key) && Set(key, value, isForced: false);
    }

    /// <summary>
    /// Sets the value even when the table is full of entries that must stay; for what has a bound of another kind, which the owner names.
    /// </summary>
    public void Force(TKey key, TValue value)
    {
        lock (gate)
            Set(key, value, isForced: true);
    }

    public bool Remove(TKey key)
    {
        lock (gate)
            return entries.TryRemove(key, out var found) && Unlink(found);
    }

    /// <summary>Removes every entry that is meant.</summary>
    /// <returns>What was removed.</returns>
    public IReadOnlyList<TValue> RemoveWhere(Func<TKey, TValue, bool> isMeant)
    {
        var removed = new List<TValue>();
        lock (gate)
        {
            foreach (var (key, entry) in entries)
            {
                if (!isMeant(key, entry.Value))
                    continue;
                entries.TryRemove(key, out _);
                Unlink(entry);
                removed.Add(entry.Value);
            }
        }

        return removed;
    }

    private bool HasEnded(Entry entry) => life is { } limit && clock.GetElapsedTime(entry.SetAt) >= limit;

    private bool Set(TKey key, TValue value, bool isForced)
    {
        if (entries.TryGetValue(key, out var before))
            Unlink(before);
        else if (!HasRoom() && !isForced)
            return false;
        var entry = new Entry(key, value, life is null ? 0 : clock.GetTimestamp());
        entries[key] = entry;
        byAge.AddLast(entry.Node);
        return true;
    }

    // What was forced in beyond the bound is made up for, one more at a time.
    private bool HasRoom()
    {
        for (var looks = Math.Min(MostLooks, byAge.Count); entries.Count >= most && looks > 0; looks--)
        {
            var oldest = byAge.First!.Value;
            if (!HasEnded(oldest) && (mustStay?.Invoke(oldest.Value) == true || (oldest.WasRead && looks > 1)))
            {
                oldest.WasRead = false;
                byAge.RemoveFirst();
                byAge.AddLast(oldest.Node);
                continue;
            }

            entries.TryRemove(oldest.Key, out _);
            byAge.RemoveFirst();
        }

        return entries.Count < most;
    }

    private bool Unlink(Entry entry)
    {
        byAge.Remove(entry.Node);
        return true;
    }

    private sealed class Entry
    {
        private volatile bool wasRead;

        public Entry(TKey key, TValue value, long setAt)
        {
            (Key, Value, SetAt) = (key, value, setAt);
            Node = new LinkedListNode<Entry>(this);
        }

        public TKey Key { get; }

        public TValue Value { get; }

        public long SetAt { get; }

        public LinkedListNode<Entry> Node { get; }

        public bool WasRead
        {
            get => wasRead;
            set => wasRead = value;
        }
    }
}
