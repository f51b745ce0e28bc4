using Vigint.Domain;
using Vigint.Domain.Alerts;

namespace Vigint.Application.Alerts.RaiseAlert;

/// <summary>Makes texts that clients send fit to be recorded; an alert is not refused because one of them is odd.</summary>
internal static class ReportedText
{
    /// <summary>Of several lines. What no database keeps is replaced.</summary>
    /// <returns>Null for one that says nothing.</returns>
    public static string? Body(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.CutTo(Alert.LongestAnalysis).Replace('\0', '\ufffd');

    /// <summary>Of one line.</summary>
    /// <returns>Null for one that says nothing.</returns>
    public static string? Label(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var line = text.CutTo(Alert.LongestLabel * 2).WithoutControls(' ');
        return line.Trim() is { Length: > 0 } trimmed ? trimmed.CutTo(Alert.LongestLabel) : null;
    }
}
