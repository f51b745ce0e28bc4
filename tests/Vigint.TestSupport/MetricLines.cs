using System.Globalization;

namespace Vigint.TestSupport;

/// <summary>What a server tells at <c>/metrics</c>.</summary>
public sealed class MetricLines(string text)
{
    private readonly string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string Text => text;

    /// <summary>Names of the metrics, as Prometheus knows them.</summary>
    public IReadOnlyList<string> Names =>
        [.. lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

    /// <returns>The sum of all series of the name that have all the labels; null when there is none.</returns>
    public double? Sum(string name, params (string Name, string Value)[] labels)
    {
        var found = lines
            .Where(line =>
                line.Split('{', ' ')[0] == name
                && labels.All(label => line.Contains($"{label.Name}=\"{label.Value}\"", StringComparison.Ordinal))
            )
            .Select(line =>
                double.Parse(
                    line[(line.LastIndexOf('}') + 1)..].Replace(name, "", StringComparison.Ordinal).Trim(),
                    CultureInfo.InvariantCulture
                )
            )
            .ToList();
        return found.Count == 0 ? null : found.Sum();
    }

    public static async Task<MetricLines> ReadAsync(VideoApi api) => new((await api.GetAsync("/metrics")).BodyText);
}
