using System.CommandLine;
using Vigint.Cli.Local;

namespace Vigint.Cli.Commands;

/// <summary>Which server of this machine is meant, for commands that look at its files.</summary>
internal static class LocalOptions
{
    private static readonly Option<string?> Folder = new("--folder")
    {
        HelpName = "FOLDER",
        Description = "Working folder of the server, in which its data is; the one that the command is started in when absent",
    };

    private static readonly Option<string?> EnvFile = new("--env-file")
    {
        HelpName = "FILE",
        Description =
            "File with the server's settings, such as /etc/vigint/vigint.env, beside the environment and the .env of its working folder",
    };

    public static Symbol[] All => [Folder, EnvFile];

    /// <returns>Whether a server of this machine was named.</returns>
    public static bool AreGiven(Call call) => call.Value(Folder) is not null || call.Value(EnvFile) is not null;

    /// <exception cref="CommandFailedException">What was named is not there.</exception>
    public static LocalPlace PlaceOf(Call call)
    {
        var folder = Path.GetFullPath(call.Value(Folder) ?? ".");
        var file = call.Value(EnvFile) is { } path ? Path.GetFullPath(path) : null;
        if (!Directory.Exists(folder))
            throw CommandFailedException.WrongUse($"There is no folder '{folder}'.");
        if (file is not null && !File.Exists(file))
            throw CommandFailedException.WrongUse($"There is no file '{file}' that could be read.");
        return new LocalPlace(folder, file);
    }
}
