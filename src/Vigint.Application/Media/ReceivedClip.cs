using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>What a clip is that a call brought.</summary>
/// <param name="ContentType">Judged by content.</param>
/// <param name="Duration">Playing time; null where the container does not say.</param>
public sealed record ReceivedClip(string ContentType, long SizeBytes, TimeSpan? Duration)
{
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when nothing came; <see cref="Refusal.NotAVideo"/>.</exception>
    public static ReceivedClip Of(IScratchFolder folder, string name, IContainerReader containers)
    {
        using var bytes = folder.Open(name);
        if (bytes is null || bytes.SizeBytes == 0)
            throw MediaRefusals.NoVideo();
        var facts = containers.Read(bytes) ?? throw MediaRefusals.NotAVideo();
        return new ReceivedClip(facts.ContentType, bytes.SizeBytes, facts.Duration);
    }
}
