using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>
/// Where work on media leaves its files while it lasts. They count as temporary files (contract §4), and whatever a crash leaves
/// is gone at the next start.
/// </summary>
public interface IScratch
{
    /// <summary>A new, empty folder. Disposing removes it with all that is in it.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    IScratchFolder NewFolder();
}

/// <summary>The files of one piece of work.</summary>
public interface IScratchFolder : IDisposable
{
    /// <summary>Where a file of that name is, or will be once somebody writes it.</summary>
    /// <param name="name">The server's own: letters, digits, dots and hyphens; never what a caller sent.</param>
    MediaFile At(string name);

    /// <summary>Makes an empty file to append to. The caller disposes, which closes it.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    IScratchFile Create(string name);

    /// <summary>
    /// Gives a file of another folder a second name in this one. Both are the same bytes, which are there as long as one of the
    /// names is.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>.</exception>
    void Share(MediaFile file, string name);

    /// <returns>Null when it is not there. The caller disposes.</returns>
    VideoBytes? Open(string name);

    /// <summary>Removes a file, unless it is gone already.</summary>
    void Remove(string name);

    /// <summary>Nothing is being done with the files any more: a clean-up may remove them before they are disposed.</summary>
    void Rest();
}

/// <summary>A scratch file while it is being written.</summary>
public interface IScratchFile : IDisposable
{
    MediaFile Media { get; }

    long SizeBytes { get; }

    /// <exception cref="RefusedException"><see cref="Refusal.NoRoom"/> when the disk is full.</exception>
    void Append(ReadOnlySpan<byte> bytes);
}
