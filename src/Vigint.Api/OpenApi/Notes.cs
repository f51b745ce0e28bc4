using System.Text.RegularExpressions;
using Vigint.Api.Alerts;
using Vigint.Api.Analysis;
using Vigint.Api.Audit;
using Vigint.Api.Clients;
using Vigint.Api.Health;
using Vigint.Api.Media;
using Vigint.Api.Storage;
using Vigint.Api.Usage;
using Vigint.Api.Videos;

namespace Vigint.Api.OpenApi;

/// <summary>The notes of all calls, by feature.</summary>
internal static partial class Notes
{
    private const int MostInAPage = 200;

    private static readonly (string Tag, IReadOnlyList<CallNotes> Calls)[] Features =
    [
        ("Videos", VideosNotes.All),
        ("Links", LinksNotes.All),
        ("Audit", AuditNotes.All),
        ("Storage", StorageNotes.All),
        ("Health", HealthNotes.All),
        ("Analysis", AnalysisNotes.All),
        ("Media", MediaNotes.All),
        ("Alerts", AlertsNotes.All),
        ("Usage", UsageNotes.All),
        ("Clients", ClientsNotes.All),
    ];

    private static readonly Dictionary<string, (string Tag, CallNotes Notes)> ByCall = Features
        .SelectMany(feature => feature.Calls.Select(call => (feature.Tag, call)))
        .ToDictionary(one => one.call.Call, one => (one.Tag, one.call), StringComparer.Ordinal);

    /// <summary>In the order in which they are shown.</summary>
    public static IEnumerable<string> Tags => Features.Select(feature => feature.Tag);

    /// <summary>Parameters that mean the same wherever they are.</summary>
    public static IReadOnlyDictionary<string, ParameterNotes> Parameters { get; } =
        new ParameterNotes[]
        {
            new("video_id", "1 to 128 characters of A–Z a–z 0–9 . _ -, not beginning with a dot.", "test_1234567890", IsRequired: true),
            new("token", "Of the private link.", "574408ff90c4faf102b3521bbba79b4a", IsRequired: true),
            new("cursor", "The next_cursor of the page before; absent for the first."),
            new("limit", "How many of them; 50 when absent.") { Whole = (1, MostInAPage) },
            new("from", "A day (`2026-10-01`) or a time (`2026-10-01T12:00:00`), UTC unless a zone is given; absent for 31 days ago."),
            new("to", "A day (`2026-10-04`), which belongs to the period, or a time; absent for now."),
            new("client_id", "As GET /admin/clients lists it.", "3"),
            new("key_id", "As GET /admin/clients lists it.", "4"),
            new("id", "The last part of a download_url.", "9f86d081884c7d659a2feaa0c55ad015"),
            new("alert_id", "As the answer to the alert gave it.", "VIG-20261004-250-HIGH-ABCDEFGH2345"),
            new("state", "Absent for all.") { Values = WireValues.AlertStates },
            new("risk_level", "Absent for all.") { Values = WireValues.RiskLevels },
            new("original", "1 for the bytes as uploaded, where a playable form is what is given otherwise."),
        }.ToDictionary(one => one.Name, StringComparer.Ordinal);

    /// <returns>Empty ones for a call that nobody has described; a test looks for such.</returns>
    public static CallNotes Of(string method, string path) => Find(method, path)?.Notes ?? new CallNotes($"{method} {path}", "");

    public static string TagOf(CallNotes notes) => ByCall.TryGetValue(notes.Call, out var found) ? found.Tag : "Other";

    /// <summary>The placeholders of a route.</summary>
    public static IEnumerable<string> InPath(string path) => Placeholder().Matches(path).Select(match => match.Groups[1].Value);

    private static (string Tag, CallNotes Notes)? Find(string method, string path)
    {
        if (ByCall.TryGetValue($"{method} {path}", out var found))
            return found;
        return HttpMethods.IsHead(method) && ByCall.TryGetValue($"{HttpMethods.Get} {path}", out var get) ? get : null;
    }

    [GeneratedRegex("{([a-z_]+)}")]
    private static partial Regex Placeholder();
}
