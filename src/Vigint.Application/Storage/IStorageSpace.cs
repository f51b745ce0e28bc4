namespace Vigint.Application.Storage;

/// <summary>The disk that holds the videos.</summary>
public interface IStorageSpace
{
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.Unavailable"/> when the folder cannot be reached.</exception>
    DiskSpace Measure();
}

/// <summary>In bytes. <paramref name="FreeBytes"/> is what this program may still write, not what root may.</summary>
public sealed record DiskSpace(long TotalBytes, long FreeBytes);
