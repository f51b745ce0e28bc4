using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions;

/// <summary>
/// The playable files and stills beside the videos. The name of each holds the revision that it was made of, so that none is ever
/// taken for another's; a file under its name is whole.
/// </summary>
public interface IRenditionFiles
{
    /// <summary>Which files of a rendition exist, no matter when they were made.</summary>
    KeptFiles Find(VideoKey video);

    /// <summary>Makes scratch files those of the rendition: flushed, then renamed.</summary>
    /// <param name="playable">Null to leave what is there.</param>
    /// <param name="poster">Null to leave what is there.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    KeptFiles Keep(VideoKey video, MediaFile? playable, MediaFile? poster);

    /// <returns>Null when it is not there. The caller disposes.</returns>
    VideoBytes? OpenPlayable(VideoKey video);

    /// <returns>A JPEG; null when there is none. The caller disposes.</returns>
    VideoBytes? OpenPoster(VideoKey video);

    /// <summary>What the files of an id take, of whatever revision, in bytes.</summary>
    long SizeOf(VideoId id);

    /// <summary>Removes the files of an id. Folders that others have put beside them stay.</summary>
    /// <param name="exceptRevision">Whose files stay; null to remove all.</param>
    /// <returns>The bytes that they took.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    long Delete(VideoId id, string? exceptRevision = null);

    /// <summary>The ids that have files here.</summary>
    IEnumerable<VideoId> List(CancellationToken cancellationToken);
}

/// <param name="PlayableBytes">0 when it is not there.</param>
/// <param name="MadeAt">When the playable file was written.</param>
/// <param name="PosterBytes">0 when it is not there.</param>
public sealed record KeptFiles(long PlayableBytes, DateTimeOffset MadeAt, long PosterBytes);
