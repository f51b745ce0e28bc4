using Vigint.Domain.Videos;

namespace Vigint.Application.Media;

/// <summary>Judges by content what a file is, in process; decodes nothing and opens nothing that the file names.</summary>
public interface IContainerReader
{
    /// <summary>Looks at bytes that are new here: whether they are a video, and why not.</summary>
    ContainerFinding Look(VideoBytes bytes);

    /// <summary>Looks at bytes that are stored. Earlier versions took whatever begins like a video.</summary>
    /// <returns>What the container says about itself; null when there is no container, or none with a picture.</returns>
    MediaFacts? Read(VideoBytes bytes);
}
