namespace Vigint.Domain.Analysis;

/// <summary>Every sentence with which an analysis is refused. None of them is ever a verdict.</summary>
public static class AnalysisRefusals
{
    public static RefusedException NotConfigured() =>
        new(
            Refusal.Unavailable,
            "analysis_not_configured",
            "AI analysis not available",
            "No model is configured: set GOOGLE_API_KEY, or ANALYZER=motion to try things out"
        );

    /// <param name="wait">When trying again may help.</param>
    public static RefusedException ModelIsAway(TimeSpan wait) =>
        new(
            Refusal.Unavailable,
            "model_unavailable",
            "AI analysis not available",
            "The model cannot be reached at the moment; nothing was judged"
        )
        {
            RetryAfter = wait,
        };

    public static RefusedException ModelTookTooLong() =>
        new(
            Refusal.GatewayTimeout,
            "model_timeout",
            "AI analysis took too long",
            "The model did not answer in time; nothing was judged, try again"
        );

    public static RefusedException AnswerDoesNotFit() =>
        new(
            Refusal.BadGateway,
            "model_answer_unusable",
            "AI analysis answered in a form that cannot be used",
            "It was asked twice; nothing was judged, try again"
        );

    /// <param name="reason">The model host's own word for it, without anything that a caller sent.</param>
    public static RefusedException ModelRefuses(string reason) =>
        new(Refusal.BadGateway, "model_refused", "AI analysis was refused by the model", $"It says {reason}; nothing was judged");

    public static RefusedException ModelLostTheClip() =>
        new(
            Refusal.BadGateway,
            "model_lost_clip",
            "AI analysis lost the clip",
            "It was put before the model twice and was gone again; nothing was judged, try again"
        );

    public static RefusedException SourceFailed() =>
        new(Refusal.Fault, "source_analysis_failed", "The analysis of this source failed; nothing was judged");

    public static RefusedException UnusableSourceIds(int most) =>
        new(Refusal.Invalid, "source_ids_invalid", $"source_ids must be a list of at most {most} texts");

    /// <param name="most">That a model takes in.</param>
    public static RefusedException ClipTooLong(TimeSpan most) =>
        new(
            Refusal.TooDemanding,
            "clip_too_long_for_analysis",
            "The clip is too long to be analysed",
            $"A model sees at most {(int)most.TotalMinutes} minutes at once; nothing was judged, send it in parts"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_seconds"] = (long)most.TotalSeconds },
        };

    public static RefusedException MotionCannotBeTold() =>
        new(
            Refusal.TooDemanding,
            "motion_not_detectable",
            "Movement in the clip cannot be told",
            "It is too short, or a part of it cannot be read; nothing was judged"
        );

    public static RefusedException NoFrames() =>
        new(Refusal.NotFound, "source_without_frames", "No frames buffered", "Send frames of this source to multi-source/buffer first");

    public static RefusedException FramesCannotBeDecoded(int failed, int all) =>
        new(
            Refusal.NotAVideo,
            "frames_undecodable",
            "Most buffered frames cannot be decoded",
            $"It is {failed} of {all}; nothing was judged"
        );

    public static RefusedException PictureHasNoMotion() =>
        new(
            Refusal.Invalid,
            "motion_needs_clip",
            "A single picture shows no motion",
            "ANALYZER=motion needs a clip; send one, or configure a model"
        );

    /// <param name="wait">Until the next month begins.</param>
    public static RefusedException BudgetUsedUp(TimeSpan wait) =>
        new(
            Refusal.TooMany,
            "analysis_budget_exhausted",
            "AI analysis budget is used up",
            "The limit of this client's analyses per month is reached; it begins anew with the month (UTC)"
        )
        {
            Figures = new Dictionary<string, long> { ["frees_in_seconds"] = (long)Math.Ceiling(wait.TotalSeconds) },
            RetryAfter = wait,
        };

    public static RefusedException InstructionsTooLong(string member, int most) =>
        new(Refusal.Invalid, "instructions_too_long", $"{member} must be a text of at most {most} characters");

    public static RefusedException NoVideo() =>
        new(
            Refusal.Invalid,
            "no_clip_to_analyze",
            "No video uploaded",
            "Send a clip as 'video' or 'video_data', name a stored one as 'video_id', or upload or buffer one before"
        );
}
