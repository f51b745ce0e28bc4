using dotenv.net;
using Microsoft.Extensions.Configuration.Memory;

namespace Vigint.Api.Settings;

/// <summary>Settings in files: the <c>.env</c> of a working folder, and what systemd calls an environment file.</summary>
internal static class DotEnvFile
{
    /// <summary>Adds what it says, if it is there, before every other source: the real environment wins.</summary>
    /// <returns>The names in it.</returns>
    public static IReadOnlyCollection<string> AddTo(IConfigurationBuilder configuration, string workingFolder)
    {
        var path = Path.Combine(workingFolder, ".env");
        return File.Exists(path) ? AddFileTo(configuration, path) : [];
    }

    /// <summary>Adds what a file that is there says, before every source that was added until now.</summary>
    /// <returns>The names in it.</returns>
    public static IReadOnlyCollection<string> AddFileTo(IConfigurationBuilder configuration, string path)
    {
        var values = DotEnv.Read(new DotEnvOptions(envFilePaths: [path])).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
        return values.Keys;
    }
}
