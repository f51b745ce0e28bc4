using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Domain;

namespace Vigint.Application.Analysis;

/// <summary>A model that looks at clips and says what it sees. It knows neither the two stages' order nor what follows from them.</summary>
public interface IVisionModel
{
    /// <summary>Whether there is a key for it; without one nothing is ever sent.</summary>
    bool IsConfigured { get; }

    /// <returns>About what both looks at a clip use, when each succeeds at once.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.TooDemanding"/>: it is too long to be looked at.</exception>
    IReadOnlyList<ModelUse> UsesOf(ClipFile clip);

    /// <summary>Puts a clip before the model, to be asked about as often as need be. Disposing takes it away from there again.</summary>
    /// <exception cref="RefusedException">As <see cref="IShownClip.AskAsync"/>.</exception>
    Task<IShownClip> ShowAsync(ClipFile clip, CancellationToken cancellationToken);
}

/// <summary>A clip that a model has before it. Not for several threads at once.</summary>
public interface IShownClip : IAsyncDisposable
{
    /// <summary>
    /// What was used so far, of every model that answered; also of answers that did not fit. Where none came in time it is an estimate.
    /// </summary>
    IReadOnlyList<ModelUse> Uses { get; }

    /// <summary>Asks the models of a stage, in their order of preference when one does not exist (any more).</summary>
    /// <param name="prompt">What to look for. The form of the answer is the model's own affair.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Unavailable"/> with a wait when the model is away or has too much to do; <see cref="Refusal.GatewayTimeout"/>;
    /// <see cref="Refusal.BadGateway"/> when its answer did not fit twice, it refuses, or it loses the clip. Never a made-up answer.
    /// </exception>
    Task<Observation> AskAsync(AnalysisStage stage, string prompt, CancellationToken cancellationToken);
}

/// <param name="ContentType"><c>image/jpeg</c> for a single picture.</param>
/// <param name="Duration">Playing time; null where unknown.</param>
/// <param name="Hash">From <see cref="ContentHash"/>; null where nobody has read it whole yet.</param>
public sealed record ClipFile(MediaFile Media, string ContentType, long SizeBytes, TimeSpan? Duration, string? Hash = null)
{
    /// <summary>Buffered frames that it was made of; null for a clip that came as one.</summary>
    public ClipFrames? Frames { get; init; }

    /// <summary>Not a clip but a single picture.</summary>
    public bool IsPicture => ContentType.StartsWith("image/", StringComparison.Ordinal);
}

/// <summary>Buffered frames that became a clip.</summary>
/// <param name="Shown">How many are in it.</param>
/// <param name="Failed">How many could not be decoded and are not; 0 where nobody tried.</param>
/// <param name="Rate">Of the clip, in frames a second.</param>
public sealed record ClipFrames(int Shown, int Failed, double Rate)
{
    /// <summary>How many were taken out of the buffer.</summary>
    public int Buffered => Shown + Failed;

    /// <summary>Playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(Shown / Rate);
}

/// <summary>What a model says it saw.</summary>
/// <param name="IncidentType">
/// Such as <c>shoplifting</c>; <c>none</c> without an incident, <c>other</c> where the model names no kind.
/// </param>
/// <param name="Description">One sentence; empty, like <paramref name="Analysis"/>, where the model wrote neither.</param>
/// <param name="Analysis">The whole of it.</param>
/// <param name="StartSeconds">When in the clip it begins; null where the model does not say, or says what cannot be.</param>
/// <param name="EndSeconds">When in the clip it ends; null where the model does not say, or says what cannot be.</param>
/// <param name="Confidence">0 to 1; null where the model does not say.</param>
public sealed record Observation(
    bool IncidentDetected,
    string IncidentType,
    string Description,
    string Analysis,
    double? StartSeconds,
    double? EndSeconds,
    double? Confidence
);
