using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>Reads a file for its <see cref="ContentHash"/>.</summary>
public interface IFileHasher
{
    /// <returns><see cref="ContentHash.Text"/>.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when it cannot be read.</exception>
    Task<string> HashAsync(MediaFile file, CancellationToken cancellationToken);
}
