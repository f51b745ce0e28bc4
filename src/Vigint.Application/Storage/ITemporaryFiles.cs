namespace Vigint.Application.Storage;

/// <summary>Files that are not yet, or no longer, a video: drafts, scratch files, and what a replacement holds back.</summary>
public interface ITemporaryFiles
{
    IReadOnlyList<TemporaryFile> TemporaryFiles();

    /// <summary>Removes a temporary file that is not in use.</summary>
    /// <returns>False when it is in use.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    bool DeleteTemporary(TemporaryFile file);
}

/// <param name="Name">Its name in the temporary area.</param>
public sealed record TemporaryFile(string Name, long SizeBytes, DateTimeOffset WrittenAt, bool InUse);
