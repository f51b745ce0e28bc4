using System.CommandLine;
using Vigint.Cli.Output;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Commands;

/// <summary>One command as it was given: its options, the server that it is about, and where its answer goes.</summary>
internal sealed class Call(ParseResult parsed)
{
    public Screen Screen { get; } = new(Console.Out, Console.Error, parsed.GetValue(GlobalOptions.Json));

    public bool HasServer => ServerText is not null;

    /// <exception cref="CommandFailedException">None was named, or what was named is none.</exception>
    public Uri Server
    {
        get
        {
            var text =
                ServerText
                ?? throw CommandFailedException.WrongUse("Which server? Give its address as --server URL, or set VIGINT_SERVER.");
            return ServerAddress.Read(text)
                ?? throw CommandFailedException.WrongUse(
                    "The address of the server must begin with http:// or https:// and have no query, such as https://vigint.example.org."
                );
        }
    }

    /// <exception cref="CommandFailedException">None was given.</exception>
    public string Key => KeyOrNull ?? throw CommandFailedException.WrongUse("A key is needed: set VIGINT_KEY, or give --key KEY.");

    public bool HasKey => KeyOrNull is not null;

    private string? ServerText => Setting(GlobalOptions.Server, "VIGINT_SERVER");

    private string? KeyOrNull => Setting(GlobalOptions.Key, "VIGINT_KEY");

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>With the caller's key.</summary>
    public ServerApi OpenServer() => ServerApi.WithKey(Server, Key);

    /// <summary>For what a server tells everybody.</summary>
    public ServerApi OpenServerWithoutKey() => ServerApi.WithoutKey(Server);

    /// <summary>With the administrator's key; the operator's own is usually the same.</summary>
    public ServerApi OpenServerAsAdministrator()
    {
        var key =
            Setting(GlobalOptions.AdminKey, "VIGINT_ADMIN_KEY")
            ?? KeyOrNull
            ?? throw CommandFailedException.WrongUse(
                "The administrator's key is needed: set VIGINT_ADMIN_KEY to the server's SECRET_KEY, or give --admin-key KEY."
            );
        return ServerApi.AsAdministrator(Server, key);
    }

    /// <summary>An option, else the variable; an empty one is none.</summary>
    private string? Setting(Option<string?> option, string variable) =>
        (parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value ? value : null;
}
