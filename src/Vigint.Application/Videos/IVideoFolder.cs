using System.IO.Pipelines;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>
/// The folder with the videos: <c>video_{id}.mp4</c> beside <c>video_{id}.json</c>, which is the truth about the video; the
/// database is an index made from it. Nothing here waits for anybody: see <see cref="VideoLocks"/>.
/// </summary>
public interface IVideoFolder
{
    /// <summary>
    /// Copies a body of unknown length to a draft on the same file system, hashing on the way, and begins to flush it to the disk.
    /// Memory used does not grow with the body.
    /// </summary>
    /// <param name="beforeWriting">Told how many bytes are about to be written; throws to stop the copy.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NotAVideo"/> as soon as the first bytes are no container's; <see cref="Refusal.TooLarge"/> beyond
    /// <paramref name="maxBytes"/>; <see cref="Refusal.NoRoom"/> when the disk is full. The draft is gone then.
    /// </exception>
    Task<IVideoDraft> ReceiveAsync(PipeReader body, long maxBytes, Action<long> beforeWriting, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a draft of a scratch file, which stays where it is: both are the same bytes, and nobody writes to either. They are hashed,
    /// and begin to be flushed to the disk.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    Task<IVideoDraft> TakeOverAsync(MediaFile file, CancellationToken cancellationToken);

    /// <summary>Whether a file of this id is there, usable or not.</summary>
    bool Holds(VideoId id);

    /// <summary>Writes the sidecar of a recorded video whose bytes are there and whose sidecar is not.</summary>
    void RepairSidecar(Video video);

    /// <summary>
    /// Writes the video's sidecar beside the draft and keeps a link to the bytes that are to be replaced. Changes nothing visible.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/>.</exception>
    IInstallation Prepare(IVideoDraft draft, Video video);

    /// <summary>Replaces the sidecar in one step, flushed.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/>.</exception>
    void WriteSidecar(Video video);

    /// <summary>
    /// Removes the bytes, then the sidecar. What is already gone counts as removed. To be followed by <see cref="Flush"/>.
    /// </summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    void Delete(VideoId id);

    /// <summary>Makes deletions survive a loss of power.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    void Flush();

    /// <returns>Null when the file is not there. The caller disposes.</returns>
    VideoBytes? Open(VideoId id);

    /// <summary>
    /// Gives the bytes of a video a second name in a scratch folder: what is read there stays the same, even while the video is replaced.
    /// </summary>
    /// <returns>Null when the video's file is not there.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    MediaFile? Share(VideoId id, IScratchFolder scratch);

    /// <summary>Opens the bytes that an installation keeps for the readers of the link before it.</summary>
    /// <returns>Null when the installation is over.</returns>
    VideoBytes? OpenHeldBack(string heldBack);

    /// <summary>Reads a stored video from its sidecar and file.</summary>
    /// <returns>Null when one of them is not there or cannot be used; <paramref name="trouble"/> then says why, without a path.</returns>
    Video? Read(VideoId id, out string? trouble);

    /// <summary>The names in the folder; nothing is opened.</summary>
    IEnumerable<StoredName> List(CancellationToken cancellationToken);
}

/// <summary>Received bytes that are not yet a video. Disposing removes them, unless they were installed.</summary>
public interface IVideoDraft : IDisposable
{
    long SizeBytes { get; }

    /// <summary>64 lower-case hex digits.</summary>
    string Sha256 { get; }

    VideoBytes Bytes { get; }

    /// <summary>Waits until the bytes are on the disk.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> when there is none for them after all.</exception>
    /// <exception cref="IOException">They did not get there.</exception>
    Task FlushedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// The step from a draft to a video, in an order that survives a crash at any point: until the bytes are renamed start-up
/// forgets it, from then on start-up completes it.
/// </summary>
public interface IInstallation : IDisposable
{
    /// <summary>
    /// Opens what was there before, for the readers of the link before, until <see cref="IDisposable.Dispose"/>; nothing, when nothing was.
    /// </summary>
    string HeldBack { get; }

    /// <summary>
    /// The disk failed in the middle: bytes and sidecar may be those of two videos, and what is held back the last copy. The next start
    /// puts it right.
    /// </summary>
    bool IsTorn { get; }

    /// <summary>Renames bytes, then sidecar, and flushes the folder. The draft has been flushed.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/>; what was there before is back.</exception>
    /// <exception cref="IOException">The file system refuses; what was there before is back.</exception>
    void Commit();

    /// <summary>After <see cref="Commit"/>: puts back what was there before.</summary>
    void Undo();
}

/// <summary>What the folder holds under one id.</summary>
/// <param name="HasFile">Its bytes are there; its sidecar may be.</param>
public sealed record StoredName(VideoId Id, bool HasFile);
