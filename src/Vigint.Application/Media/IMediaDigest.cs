using Vigint.Domain;

namespace Vigint.Application.Media;

/// <summary>Tells whether two files are the same.</summary>
public interface IMediaDigest
{
    /// <returns>SHA-256 of the content, 64 lower-case hex digits.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> when it cannot be read.</exception>
    Task<string> OfAsync(MediaFile file, CancellationToken cancellationToken);
}
