using System.CommandLine;

namespace Vigint.Cli.Commands;

/// <summary>What every command takes: which server, with which key, and in what form the answer is wanted.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Server { get; } =
        new("--server")
        {
            Recursive = true,
            HelpName = "URL",
            Description = "Address of the server, such as https://vigint.example.org; else VIGINT_SERVER",
        };

    public static Option<string?> Key { get; } =
        new("--key")
        {
            Recursive = true,
            HelpName = "KEY",
            Description =
                "The operator's or a client's key; else VIGINT_KEY, which others on this machine cannot see in the list of processes",
        };

    public static Option<string?> AdminKey { get; } =
        new("--admin-key")
        {
            Recursive = true,
            HelpName = "KEY",
            Description = "The server's SECRET_KEY, for the calls of an administrator; else VIGINT_ADMIN_KEY, else the key",
        };

    public static Option<bool> Json { get; } =
        new("--json") { Recursive = true, Description = "The answer as JSON, and nothing else on standard output" };

    public static void AddTo(RootCommand root)
    {
        root.Add(Server);
        root.Add(Key);
        root.Add(AdminKey);
        root.Add(Json);
    }
}
