using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>
/// Files that were made for a caller and can be fetched for an hour (contract §6). They are scratch files: after a restart they
/// are gone, like the addresses that led to them.
/// </summary>
public sealed class Downloads(TimeProvider clock)
{
    /// <summary>How long a file is kept.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Of one owner; beyond it the oldest go.</summary>
    public const int MostOfOne = 1000;

    // What a file system takes.
    private const int LongestFileName = 255;

    private readonly ConcurrentDictionary<string, Download> kept = new(StringComparer.Ordinal);
    private long count;

    /// <summary>Keeps what has been made; its folder is no longer the caller's to dispose.</summary>
    /// <param name="name">Of the file in the folder.</param>
    /// <param name="fileName">What it is called where it is saved; what the caller sent.</param>
    /// <returns>The id that leads to it.</returns>
    public string Keep(Caller caller, ReceivedMedia media, string name, string contentType, string fileName)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        media.Folder.Rest();
        kept[id] = new Download(id, caller.Owner, media, name, contentType, fileName.CutTo(LongestFileName), clock.GetUtcNow())
        {
            KeptAt = clock.GetSteadyNow(),
            Number = Interlocked.Increment(ref count),
        };
        RemoveBeyond(caller.Owner);
        return id;
    }

    /// <summary>Opens one of the caller's. The bytes are the caller's to dispose.</summary>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.NotFound"/> when there is none, its hour is over, it was cleaned, or it is another's.
    /// </exception>
    public (Download Download, VideoBytes Bytes) Open(Caller caller, string? id)
    {
        if (id is null || !kept.TryGetValue(id, out var found) || HasEnded(found) || !(caller.IsOperator || found.Owner == caller.Owner))
            throw MediaRefusals.UnknownDownload();
        return (found, found.Media.Folder.Open(found.Name) ?? throw MediaRefusals.UnknownDownload());
    }

    /// <summary>Removes those whose hour is over.</summary>
    public void RemoveEnded() => Remove(HasEnded);

    /// <summary>Removes all of an owner's.</summary>
    public void Forget(string owner) => Remove(download => download.Owner == owner);

    private void RemoveBeyond(string owner)
    {
        var own = kept.Values.Where(one => one.Owner == owner).ToList();
        if (own.Count <= MostOfOne)
            return;
        var last = own.Select(one => one.Number).Order().ElementAt(own.Count - MostOfOne - 1);
        Remove(one => one.Owner == owner && one.Number <= last);
    }

    private void Remove(Func<Download, bool> isToGo)
    {
        foreach (var (id, download) in kept)
        {
            if (isToGo(download) && kept.TryRemove(id, out _))
                download.Media.Dispose();
        }
    }

    private bool HasEnded(Download download) => clock.GetSteadyNow() - download.KeptAt >= Life;
}

/// <param name="Name">Of the file in its folder.</param>
/// <param name="FileName">What it is called where it is saved.</param>
/// <param name="MadeAt">For people: when it was last modified.</param>
public sealed record Download(
    string Id,
    string Owner,
    ReceivedMedia Media,
    string Name,
    string ContentType,
    string FileName,
    DateTimeOffset MadeAt
)
{
    /// <summary>By the steady clock, from which its hour is counted.</summary>
    public DateTimeOffset KeptAt { get; init; }

    /// <summary>Higher than that of every earlier one.</summary>
    public long Number { get; init; }
}
