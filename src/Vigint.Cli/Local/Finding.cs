using System.Text.Json.Nodes;

namespace Vigint.Cli.Local;

internal enum FindingState
{
    Good,

    /// <summary>The server copes; somebody should look.</summary>
    Attention,

    Bad,
}

/// <summary>What was found when something that the server stands on was looked at.</summary>
/// <param name="Text">How it is; never a secret.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
internal sealed record Finding(string Name, FindingState State, string Text, string? Advice = null)
{
    public string StateText =>
        State switch
        {
            FindingState.Good => "good",
            FindingState.Attention => "attention",
            _ => "bad",
        };

    public JsonObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["state"] = StateText,
            ["found"] = Text,
            ["advice"] = Advice,
        };
}
