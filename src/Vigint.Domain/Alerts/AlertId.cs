using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Vigint.Domain.Alerts;

/// <summary>
/// Names an alert: <c>VIG-20261004-250-HIGH-K5QX3T7MWZ2A</c>, of the day (UTC), the frame count, the risk and 60 random bits. It is fit
/// for addresses, file names and headers, because nothing in it is a text that a caller sent.
/// </summary>
public sealed partial record AlertId
{
    // RFC 4648 §6: no digits that look like letters.
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int RandomDigits = 12;

    private AlertId(string text) => Text = text;

    public string Text { get; }

    /// <param name="frameCount">As the client counts; not negative.</param>
    public static AlertId New(DateTimeOffset at, int frameCount, RiskLevel risk) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"VIG-{at.UtcDateTime:yyyyMMdd}-{frameCount}-{risk.WireName()}-{RandomNumberGenerator.GetString(Base32, RandomDigits)}"
            )
        );

    /// <returns>Null when no alert can have that id.</returns>
    public static AlertId? Parse(string? text) => text is not null && Form().IsMatch(text) ? new AlertId(text) : null;

    /// <summary>Reads one that was recorded.</summary>
    public static AlertId OfStored(string text) => new(text);

    public override string ToString() => Text;

    [GeneratedRegex(@"\AVIG-[0-9]{8}-[0-9]{1,10}-(LOW|MEDIUM|HIGH)-[A-Z2-7]{10,20}\z")]
    private static partial Regex Form();
}
