using System.Text;
using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>Calls about alerts (contract §7), the way clients make them.</summary>
public static class AlertCalls
{
    public const string Alert = "/api/video/alert";
    public const string Alerts = "/api/alerts";

    /// <param name="members">Beside the analysis.</param>
    public static Task<Answer> RaiseAsync(
        this VideoApi api,
        string analysis,
        JsonObject? members = null,
        params (string Name, string Value)[] headers
    )
    {
        var body = members is null ? [] : (JsonObject)members.DeepClone();
        body["analysis"] = analysis;
        return api.SendAsync(HttpMethod.Post, Alert, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);
    }

    /// <summary>One alert with all that was tried.</summary>
    public static Task<Answer> ShowAlertAsync(this VideoApi api, string alertId) => api.GetAsync($"{Alerts}/{alertId}");

    /// <summary>A member of a member.</summary>
    public static string? Inner(this Answer answer, string member, string name) => answer.Member(member)![name]?.ToString();
}
