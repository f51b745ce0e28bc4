namespace Vigint.Application.Analysis;

/// <summary>What became of the second look.</summary>
public enum SecondLook
{
    /// <summary>The screening reported nothing.</summary>
    NotNeeded,

    /// <summary>The confirming model saw it too.</summary>
    Confirmed,

    /// <summary>The confirming model, which has the last word, did not.</summary>
    Vetoed,

    /// <summary>It could not be made; the screening stands.</summary>
    Failed,
}

/// <summary>What the stages say of a clip together.</summary>
/// <param name="Confirmation">Null unless the second look was made.</param>
public sealed record Judgement(Observation Screening, SecondLook SecondLook, Observation? Confirmation)
{
    public bool HasIncident => SecondLook is SecondLook.Confirmed or SecondLook.Failed;

    /// <summary>The last that was said about the clip.</summary>
    public Observation Final => Confirmation ?? Screening;

    /// <param name="confirmation">Null when the screening reported nothing.</param>
    public static Judgement Of(Observation screening, Observation? confirmation) =>
        new(
            screening,
            confirmation is null ? SecondLook.NotNeeded
                : confirmation.IncidentDetected ? SecondLook.Confirmed
                : SecondLook.Vetoed,
            confirmation
        );

    public static Judgement Unconfirmed(Observation screening) => new(screening, SecondLook.Failed, null);
}
