using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>What a clip is that a call brought.</summary>
/// <param name="ContentType">Judged by content.</param>
/// <param name="Duration">Playing time; null where the container does not say.</param>
public sealed record ReceivedClip(string ContentType, long SizeBytes, TimeSpan? Duration)
{
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when nothing came; <see cref="Refusal.NotAVideo"/>.</exception>
    public static ReceivedClip Of(IScratchFolder folder, string name, IContainerReader containers) =>
        Of(folder, name, containers, mayLackIndex: false);

    /// <param name="mayLackIndex">Whether it is of use to the call when no picture in it can be decoded.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when nothing came; <see cref="Refusal.NotAVideo"/>.</exception>
    public static ReceivedClip Of(IScratchFolder folder, string name, IContainerReader containers, bool mayLackIndex)
    {
        using var bytes = folder.Open(name);
        if (bytes is null || bytes.SizeBytes == 0)
            throw MediaRefusals.NoVideo();
        var found = containers.Look(bytes);
        var facts = found.RequireVideo();
        if (found.IsIndexMissing && !mayLackIndex)
            throw MediaRefusals.IndexMissing();
        return new ReceivedClip(facts.ContentType, bytes.SizeBytes, facts.Duration);
    }
}
