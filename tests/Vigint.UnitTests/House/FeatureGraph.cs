using System.Text.RegularExpressions;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>
/// Which feature of a project uses which others, read from the source: a feature is a folder. An unnecessary <c>using</c> is an error of
/// the build, so each one stands for a use; names that are written with their namespace count, too.
/// </summary>
/// <param name="Uses">The arrows, by feature.</param>
internal sealed partial record FeatureGraph(IReadOnlyDictionary<string, SortedSet<string>> Uses)
{
    /// <param name="project">Such as <c>Vigint.Application</c>; its folder is of this name.</param>
    public static FeatureGraph Of(string project)
    {
        var root = Repository.At("src", project);
        return Of(
            project,
            Directory
                .EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(path => (Parts: Path.GetRelativePath(root, path).Split('/'), Path: path))
                .Where(file => file.Parts.Length > 1 && file.Parts[0] is not ("obj" or "bin"))
                .Select(file => (file.Parts[0], File.ReadAllText(file.Path)))
        );
    }

    /// <param name="files">The feature and the text of each file.</param>
    public static FeatureGraph Of(string project, IEnumerable<(string Feature, string Text)> files)
    {
        var all = files.ToList();
        var types = all.SelectMany(file =>
                TypeDeclaration().Matches(file.Text).Select(match => (file.Feature, Name: match.Groups[1].Value))
            )
            .ToHashSet();
        var features = all.Select(file => file.Feature).ToHashSet(StringComparer.Ordinal);
        var full = new Regex($@"\b{Regex.Escape(project)}\.(\w+)");
        var uses = features.ToDictionary(feature => feature, _ => new SortedSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (feature, text) in all)
        {
            var used = full.Matches(text)
                .Select(match => match.Groups[1].Value)
                .Concat(
                    PartlyQualified()
                        .Matches(text)
                        .Where(match => types.Contains((match.Groups[1].Value, match.Groups[2].Value)))
                        .Select(match => match.Groups[1].Value)
                );
            uses[feature].UnionWith(used.Where(one => one != feature && features.Contains(one)));
        }

        return new FeatureGraph(uses);
    }

    /// <returns>The first circle that is found, its first feature again at the end; empty when there is none.</returns>
    public IReadOnlyList<string> Circle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        return Uses.Keys.Order(StringComparer.Ordinal)
                .Select(feature => CircleFrom(feature, [], done))
                .FirstOrDefault(found => found.Count > 0)
            ?? [];
    }

    /// <returns>One line for each feature, those that use the most first.</returns>
    public override string ToString() =>
        string.Join(
            '\n',
            Uses.OrderByDescending(one => one.Value.Count)
                .ThenBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => $"{one.Key, -12} → {string.Join(", ", one.Value)}")
        );

    private List<string> CircleFrom(string feature, List<string> way, HashSet<string> done)
    {
        var at = way.IndexOf(feature);
        if (at >= 0)
            return [.. way.Skip(at), feature];
        if (!done.Add(feature))
            return [];
        return Uses[feature].Select(next => CircleFrom(next, [.. way, feature], done)).FirstOrDefault(found => found.Count > 0) ?? [];
    }

    [GeneratedRegex(
        @"^(?:public |internal )(?:[a-z]+ )*(?:class|record struct|record|struct|interface|enum) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex PartlyQualified();
}
