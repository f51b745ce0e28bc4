using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests.Cli;

/// <summary>The command line as its user runs it.</summary>
internal static class VigintCli
{
    /// <summary>Starts it with the operator's key for a server; its temporary files would be in the folder.</summary>
    public static ProgramProcess Start(TemporaryFolder folder, VigintProcess server, params string[] arguments) =>
        Start(
            folder,
            [("VIGINT_SERVER", server.Address.ToString()), ("VIGINT_KEY", VigintProcess.Key), ("TMPDIR", folder.Path)],
            arguments
        );

    public static ProgramProcess Start(TemporaryFolder folder, (string Name, string Value)[] environment, params string[] arguments) =>
        new("vigint.dll", folder.Path, arguments, environment);

    public static Task<CliAnswer> RunAsync(TemporaryFolder folder, VigintProcess server, params string[] arguments) =>
        AnswerOfAsync(Start(folder, server, arguments));

    public static Task<CliAnswer> RunAsync(TemporaryFolder folder, (string Name, string Value)[] environment, params string[] arguments) =>
        AnswerOfAsync(Start(folder, environment, arguments));

    public static async Task<CliAnswer> AnswerOfAsync(ProgramProcess process)
    {
        await using (process)
            return new CliAnswer(await process.ExitCodeAsync(), process.Output.Trim(), process.Errors);
    }
}

internal sealed record CliAnswer(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails when standard output is anything but one JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();
}
