using Vigint.Domain.Videos;

namespace Vigint.Application.Videos;

/// <summary>Judges by content what a file is, in process; decodes nothing and opens nothing that the file names.</summary>
public interface IContainerReader
{
    /// <returns>What the container says of itself; null when this is not a video in MP4, MOV, Matroska, WebM or AVI.</returns>
    MediaFacts? Read(VideoBytes bytes);
}
