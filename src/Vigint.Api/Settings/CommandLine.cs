namespace Vigint.Api.Settings;

/// <summary>What stands behind the program's name. Everything is set by the environment, so that is little.</summary>
internal static class CommandLine
{
    /// <summary>The exit code for a command line that means nothing.</summary>
    public const int WrongUse = 2;

    /// <summary>What is printed for <c>--help</c>.</summary>
    public const string Help = """
        Starts the Vigint server in this folder; it runs until Ctrl-C.

          Vigint.Api [--NAME=VALUE ...]

          --help, -h     this text
          --version      the version
          --NAME=VALUE   a setting, such as --PORT=8080; everybody on this machine can read it, so set keys in another way

        Settings are environment variables, or lines NAME=VALUE in a file .env in this folder. Those that are set most:

          SECRET_KEY          the operator's key; without it one is made and kept in data/secret.key
          HOST, PORT          where it listens: 127.0.0.1 and 5002
          VIDEO_STORAGE_DIR   where the videos are: data/videos
          DATABASE_URL        sqlite:///path or postgres://user:password@host:5432/database
          PUBLIC_BASE_URL     what the links that it hands out begin with

        docs/configuration.md tells about them, docs/contract.md lists them all.
        """;

    // The framework's names for settings that it reads before all others.
    private static readonly HashSet<string> Framework = new(StringComparer.OrdinalIgnoreCase)
    {
        "environment",
        "contentRoot",
        "applicationName",
        "webroot",
        "detailedErrors",
        "captureStartupErrors",
        "hostingStartupAssemblies",
        "preventHostingStartup",
        "Logging",
    };

    /// <returns>A sentence about the first argument that means nothing, without its value; null when all mean something.</returns>
    public static string? TroubleOf(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            var name = NameOf(argument);
            if (name is "urls")
                return "There is no option '--urls'; set HOST and PORT.";
            if (name is null || !argument.Contains('=', StringComparison.Ordinal) || !MeansSomething(name))
                return NoOption(argument.Split('=')[0]);
        }

        return null;
    }

    /// <summary>The settings that are given, by their names.</summary>
    public static IEnumerable<string> SettingsIn(IEnumerable<string> arguments) =>
        arguments.Select(NameOf).OfType<string>().Where(SettingNames.LooksLikeOne);

    /// <param name="option">With its hyphens, without its value.</param>
    public static string NoOption(string option) => $"There is no option '{option}'; --help lists those that there are.";

    private static bool MeansSomething(string name) =>
        Framework.Contains(name) || SettingNames.LooksLikeOne(name) || name.Contains(':', StringComparison.Ordinal);

    private static string? NameOf(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..].Split('=')[0] : null;
}
