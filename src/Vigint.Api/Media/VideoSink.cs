using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Api.Media;

/// <summary>Writes the one clip of a call into a scratch file.</summary>
/// <param name="member">What it is called on the wire.</param>
/// <param name="isNeeded">
/// Whether the call cannot do without it; otherwise one that is no base64 is as good as none, see <see cref="IsBroken"/>.
/// </param>
/// <param name="isHashed">Whether somebody asks for <see cref="Hash"/>.</param>
internal sealed class VideoSink(ReceivedMedia into, string name, string member, bool isNeeded = true, bool isHashed = false)
    : IMediaSink,
        IDisposable
{
    private readonly ContentHash? hash = isHashed ? new ContentHash() : null;
    private IScratchFile? file;
    private bool hasEnded;

    /// <summary>It came, and was no base64.</summary>
    public bool IsBroken { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        // A second one behind the first would make a clip of both.
        if (hasEnded)
            throw VideoRefusals.SecondVideoPart();
        file ??= into.Folder.Create(name);
        into.Append(file, bytes);
        hash?.Append(bytes);
    }

    /// <summary>Of all that came, once it has ended.</summary>
    /// <returns>From <see cref="ContentHash"/>; null when nothing came, or it is not hashed.</returns>
    public string? Hash() => file is null ? null : hash?.Text();

    public void End(bool isBase64)
    {
        hasEnded = true;
        if (isBase64)
            return;
        if (isNeeded)
            throw MediaRefusals.NotBase64(member);
        IsBroken = true;
        Dispose();
        into.Folder.Remove(name);
    }

    public void Dispose() => file?.Dispose();
}
