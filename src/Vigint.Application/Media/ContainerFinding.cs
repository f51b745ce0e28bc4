using Vigint.Domain;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Application.Media;

/// <summary>What a container reader found in bytes.</summary>
/// <param name="Facts">What the container says of itself; null when there is no container, or it shows that it has no picture.</param>
/// <param name="Reason">Why bytes that are new here are not taken as a video; null when they are.</param>
public sealed record ContainerFinding(MediaFacts? Facts, NoVideoReason? Reason)
{
    /// <summary>There is media data, and nothing says where in it the pictures are: evidence that no program plays as it is.</summary>
    public bool IsIndexMissing { get; private init; }

    public static ContainerFinding Video(MediaFacts facts) => new(facts, null);

    /// <param name="facts">What its first bytes say; earlier versions stored such files.</param>
    public static ContainerFinding None(NoVideoReason reason, MediaFacts? facts = null) => new(facts, reason);

    public static ContainerFinding WithoutIndex(MediaFacts facts) => new(facts, null) { IsIndexMissing = true };

    /// <exception cref="RefusedException"><see cref="Refusal.NotAVideo"/>, with the reason.</exception>
    public MediaFacts RequireVideo() => Reason is { } reason ? throw MediaRefusals.NotAVideo(reason) : Facts!;
}
