namespace Vigint.Application.Media;

/// <summary>A file on this machine that media are read from or written to; only adapters look inside.</summary>
/// <param name="Path">Absolute, and made by this server: no part of it was ever sent by a caller.</param>
public sealed record MediaFile(string Path)
{
    // Paths are nobody's business, not even the log's.
    public override string ToString() => "(media file)";
}
