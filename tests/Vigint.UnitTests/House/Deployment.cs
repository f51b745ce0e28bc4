using System.Globalization;
using System.Text.RegularExpressions;
using Vigint.TestSupport;
using YamlDotNet.RepresentationModel;

namespace Vigint.UnitTests.House;

/// <summary>One of the ways in which the server is deployed.</summary>
/// <param name="Variables">What the server finds in its environment; secrets, and what the platform sets, filled in.</param>
/// <param name="WorkingFolder">Where the server is started.</param>
/// <param name="KeptIn">The folder that outlives the server.</param>
/// <param name="StopsWithin">What it is given to stop; null where the way does not say.</param>
public sealed partial record Deployment(
    string Name,
    IReadOnlyDictionary<string, string> Variables,
    string WorkingFolder,
    string KeptIn,
    TimeSpan? StopsWithin
)
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string Database = "postgres://vigint:secret@database/vigint";

    // What the platform asks for, as docs/quick-start.md says.
    private static readonly Dictionary<string, string> Entered = new()
    {
        ["SPARSE_AI_API_KEY"] = "",
        ["GOOGLE_API_KEY"] = "",
        ["EMAIL_SMTP_SERVER"] = "smtp.gmail.com",
        ["EMAIL_USERNAME"] = "alerts@example.org",
        ["EMAIL_PASSWORD"] = "an app password",
        ["EMAIL_FROM"] = "alerts@example.org",
        ["EMAIL_TO"] = "operator@example.org",
    };

    public static YamlMappingNode Compose { get; } = Read("deploy", "docker-compose.yml");

    public static YamlMappingNode Blueprint { get; } = Read("render.yaml");

    public static IReadOnlyList<string> Unit { get; } = [.. File.ReadLines(Repository.At("deploy", "vigint.service"))];

    public static IEnumerable<Deployment> All => [OfImage(), OfCompose(), OfBlueprint(), OfUnit()];

    public override string ToString() => Name;

    /// <summary>A line <c>name=value</c> of the unit.</summary>
    public static string InUnit(string name) =>
        Unit.Last(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

    private static Deployment OfImage()
    {
        var image = new Dockerfile();
        return new Deployment("image", With(image.Variables, ("SECRET_KEY", Secret)), image.Last("WORKDIR"), image.Last("VOLUME"), null);
    }

    private static Deployment OfCompose()
    {
        var server = (YamlMappingNode)Compose["services"]["server"];
        var given = ((YamlMappingNode)server["environment"]).Select(pair =>
            ($"{pair.Key}", Substitution().Replace($"{pair.Value}", SubstitutedBy))
        );
        var image = OfImage();
        return image with
        {
            Name = "compose",
            Variables = With(image.Variables, [.. given]),
            KeptIn = $"{((YamlSequenceNode)server["volumes"]).Single()}".Split(':')[1],
            StopsWithin = TimeSpan.FromSeconds(double.Parse($"{server["stop_grace_period"]}".TrimEnd('s'), CultureInfo.InvariantCulture)),
        };

        static string SubstitutedBy(Match match) => match.Groups[1].Value == "SECRET_KEY" ? Secret : "";
    }

    private static Deployment OfBlueprint()
    {
        var service = (YamlMappingNode)Blueprint["services"][0];
        var given = ((YamlSequenceNode)service["envVars"])
            .Cast<YamlMappingNode>()
            .Select(variable => ($"{variable["key"]}", ValueOf(variable)));
        var image = OfImage();
        return image with
        {
            Name = "blueprint",
            Variables = With(
                image.Variables,
                [("RENDER", "true"), ("PORT", "10000"), ("RENDER_EXTERNAL_URL", "https://vigint.example.org"), .. given]
            ),
            KeptIn = $"{service["disk"]["mountPath"]}",
            StopsWithin = TimeSpan.FromSeconds(double.Parse($"{service["maxShutdownDelaySeconds"]}", CultureInfo.InvariantCulture)),
        };

        static string ValueOf(YamlMappingNode variable) =>
            variable.Children.ContainsKey("value") ? $"{variable["value"]}"
            : variable.Children.ContainsKey("generateValue") ? Secret
            : variable.Children.ContainsKey("fromDatabase") ? Database
            : Entered[$"{variable["key"]}"];
    }

    private static Deployment OfUnit()
    {
        const string environment = "Environment=";
        var given = Unit.Where(line => line.StartsWith(environment, StringComparison.Ordinal))
            .Select(line => line[environment.Length..].Split('=', 2));
        return new Deployment(
            "systemd",
            With(given.ToDictionary(pair => pair[0], pair => pair[1]), ("SECRET_KEY", Secret)),
            InUnit("WorkingDirectory"),
            $"/var/lib/{InUnit("StateDirectory")}",
            TimeSpan.FromSeconds(double.Parse(InUnit("TimeoutStopSec"), CultureInfo.InvariantCulture))
        );
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables, params (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var (name, value) in more)
            all[name] = value;
        return all;
    }

    private static YamlMappingNode Read(params string[] path)
    {
        using var reader = File.OpenText(Repository.At(path));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    [GeneratedRegex(@"\$\{([A-Z_]+):[^}]*\}")]
    private static partial Regex Substitution();
}
