using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.Extensions.Configuration;
using Vigint.Api;
using Vigint.Api.Health;
using Vigint.Api.Settings;
using Vigint.TestSupport;
using YamlDotNet.RepresentationModel;

namespace Vigint.UnitTests.House;

/// <summary>What is deployed, held against the program and against itself.</summary>
public sealed partial class DeploymentTests
{
    // The framework's own, which no setting of the product replaces.
    private static readonly string[] Framework = ["ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics"];

    private static IEnumerable<Deployment> Deployments => Deployment.All;

    [TestCaseSource(nameof(Deployments))]
    public void Every_variable_that_is_set_is_a_setting(Deployment deployment) =>
        Assert.That(deployment.Variables.Keys.Except(Framework), Is.SubsetOf(SettingsTable.All));

    [TestCaseSource(nameof(Deployments))]
    public void It_is_production_and_its_settings_can_be_used(Deployment deployment)
    {
        var settings = SettingsOf(deployment);

        Assert.That(settings.Warnings, Is.Empty);
        Assert.That(
            () => SettingsOf(deployment with { Variables = new Dictionary<string, string>(deployment.Variables) { ["SECRET_KEY"] = "" } }),
            Throws.Exception.Message.StartsWith("SECRET_KEY must be set in production")
        );
    }

    [TestCaseSource(nameof(Deployments))]
    public void Whatever_is_kept_lies_where_it_outlives_the_server(Deployment deployment)
    {
        var settings = SettingsOf(deployment);

        Assert.That(
            new[]
            {
                settings.StorageFolder.Path,
                settings.Database.SqlitePath,
                Path.Combine(deployment.WorkingFolder, "data"),
            }.OfType<string>(),
            Is.All.Matches<string>(path => path == deployment.KeptIn || path.StartsWith($"{deployment.KeptIn}/", StringComparison.Ordinal))
        );
    }

    [Test]
    public void Requests_under_way_have_their_time_to_end() =>
        Assert.That(Deployments.Select(one => one.StopsWithin).OfType<TimeSpan>(), Has.Exactly(3).GreaterThan(ApiServices.InFlightMayTake));

    [Test]
    public void The_port_is_the_same_everywhere()
    {
        var image = new Dockerfile();
        var published = $"{((YamlSequenceNode)Deployment.Compose["services"]["server"]["ports"]).Single()}";

        Assert.That(
            (image.Last("EXPOSE"), image.Variables["PORT"], published.Split(':')[^1], $"{SettingsOf(Deployments.Last()).Listen.Port}"),
            Is.EqualTo(("5002", "5002", "5002", "5002"))
        );
    }

    [Test]
    public void Whoever_ends_a_server_that_fails_asks_whether_it_lives_and_not_whether_its_database_does()
    {
        var live = typeof(HealthController).GetMethod(nameof(HealthController.Live))!.GetCustomAttribute<HttpMethodAttribute>()!;
        var path = $"{Deployment.Blueprint["services"][0]["healthCheckPath"]}";

        Assert.That(path, Is.EqualTo($"/{live.Template}"));
        Assert.That(new Dockerfile().Last("HEALTHCHECK"), Does.Contain($"GET {path} "));
    }

    [Test]
    public void The_alert_rules_look_at_the_job_that_the_page_says_to_set_up()
    {
        var jobs = Job()
            .Matches(File.ReadAllText(Repository.At("deploy", "prometheus", "alerts.yml")))
            .Select(match => match.Groups[1].Value)
            .Distinct();

        Assert.That(
            jobs.Select(job => $"  - job_name: {job}"),
            Is.SubsetOf(File.ReadLines(Repository.At("docs", "operations.md"))).And.Not.Empty
        );
    }

    // Without a bound Docker's log of a server that runs for months takes the disk that the videos are on.
    [Test]
    public void No_log_of_the_composition_grows_for_ever()
    {
        var services = ((YamlMappingNode)Deployment.Compose["services"]).ToDictionary(
            pair => $"{pair.Key}",
            pair => (YamlMappingNode)pair.Value
        );

        Assert.That(
            services.Values.Select(service =>
                service.Children.ContainsKey("logging")
                    ? (
                        $"{service["logging"]["driver"]}",
                        $"{service["logging"]["options"]["max-size"]}",
                        $"{service["logging"]["options"]["max-file"]}"
                    )
                    : default
            ),
            Is.All.EqualTo(("json-file", "10m", "5"))
        );
    }

    [Test]
    public void CI_and_the_image_restore_what_the_lock_files_say()
    {
        var build = XDocument.Load(Repository.At("Directory.Build.props"));
        var projects = File.ReadLines(Repository.At("Vigint.sln"))
            .Select(line => ProjectInSolution().Match(line))
            .Where(match => match.Success)
            .Select(match => Path.GetDirectoryName(match.Groups[1].Value.Replace('\\', '/'))!)
            .ToList();
        var restored = new Dockerfile()
            .Copied.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(path => Path.GetDirectoryName(path)!);

        Assert.That(build.Descendants("RestorePackagesWithLockFile").Single().Value, Is.EqualTo("true"));
        Assert.That(build.Descendants("RestoreLockedMode").Single().Attribute("Condition")!.Value, Is.EqualTo("'$(CI)' == 'true'"));
        Assert.That(projects.Select(project => Repository.At(project, "packages.lock.json")), Is.Not.Empty.And.All.Exist);
        Assert.That(restored.Select(project => $"{project}/packages.lock.json"), Is.SubsetOf(new Dockerfile().Copied));
        Assert.That(
            File.ReadAllText(Repository.At("deploy", "Dockerfile")),
            Does.Contain("restore src/Vigint.Cli -a $TARGETARCH --locked-mode")
        );
    }

    [Test]
    public void What_the_blueprint_refers_to_is_there()
    {
        var service = (YamlMappingNode)Deployment.Blueprint["services"][0];
        var databases = ((YamlSequenceNode)Deployment.Blueprint["databases"]).Select(database => $"{database["name"]}");
        var asked = ((YamlSequenceNode)service["envVars"])
            .Cast<YamlMappingNode>()
            .Where(variable => variable.Children.ContainsKey("fromDatabase"))
            .Select(variable => $"{variable["fromDatabase"]["name"]}");

        Assert.That(asked, Is.EqualTo(databases));
        Assert.That(Repository.At($"{service["dockerfilePath"]}"), Does.Exist);
    }

    [Test]
    public void What_the_image_is_built_of_is_there_and_sent_to_its_builder()
    {
        var sent = File.ReadLines(Repository.At(".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = new Dockerfile().Copied;

        Assert.That(copied.Select(path => Repository.At(path)), Is.All.Exist);
        Assert.That(copied.Where(path => !sent.Any(one => path == one || path.StartsWith($"{one}/", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void The_image_starts_as_root_what_gives_a_mounted_disk_to_the_servers_user_and_the_composition_as_that_user()
    {
        var image = new Dockerfile();
        const string script = "deploy/entrypoint.sh";
        var user = File.ReadLines(Repository.At(script)).Single(line => line.StartsWith("user=", StringComparison.Ordinal))[
            "user=".Length..
        ];

        Assert.That((image.Has("USER"), image.Last("ENTRYPOINT")), Is.EqualTo((false, $"[\"/usr/local/bin/{Path.GetFileName(script)}\"]")));
        Assert.That($"{Deployment.Compose["services"]["server"]["user"]}", Is.EqualTo($"{user}:{user}"));
    }

    [Test]
    public void The_image_restores_every_project_that_the_server_and_the_command_line_are_made_of() =>
        Assert.That(
            new Dockerfile().Copied.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)),
            Is.EquivalentTo(ProjectsBelow("Vigint.Cli").Distinct().Select(name => $"src/{name}/{name}.csproj"))
        );

    [Test]
    public void What_the_image_starts_is_what_it_holds()
    {
        var image = new Dockerfile();
        var scripts = image.Copied.Where(path => path.StartsWith("deploy/", StringComparison.Ordinal)).ToList();
        var published = image.Last("COPY").Split(' ')[^1];
        var commandLine = XDocument
            .Load(Repository.At("src", "Vigint.Cli", "Vigint.Cli.csproj"))
            .Descendants("AssemblyName")
            .Single()
            .Value;

        Assert.That(
            scripts.Select(path => File.GetUnixFileMode(Repository.At(path))),
            Has.Exactly(2).Matches<UnixFileMode>(mode => mode.HasFlag(UnixFileMode.OtherExecute))
        );
        Assert.That(image.Last("CMD"), Is.EqualTo($"[\"dotnet\", \"{published}/Vigint.Api.dll\"]"));
        Assert.That(
            File.ReadAllText(Repository.At("deploy", "vigint")),
            Does.Contain($"exec entrypoint.sh dotnet {published}/{commandLine}.dll ")
        );
    }

    private static IEnumerable<string> ProjectsBelow(string name) =>
        [
            name,
            .. XDocument
                .Load(Repository.At("src", name, $"{name}.csproj"))
                .Descendants("ProjectReference")
                .SelectMany(reference => ProjectsBelow(Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))),
        ];

    [GeneratedRegex(", \"([^\"]+\\.csproj)\"")]
    private static partial Regex ProjectInSolution();

    [GeneratedRegex("job=\"([a-z]+)\"")]
    private static partial Regex Job();

    private static ServerSettings SettingsOf(Deployment deployment) =>
        ServerSettings.Read(
            new SettingsReader(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(deployment.Variables.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
                    .Build()
            ),
            deployment.WorkingFolder
        );
}
