using System.CommandLine;
using System.Text.Json.Nodes;
using Vigint.Cli.Local;
using Vigint.Cli.Output;

namespace Vigint.Cli.Commands;

/// <summary>Looks at what the server of this folder stands on.</summary>
internal static class DoctorCommand
{
    public static Command New() => new Command("doctor", "Looks at configuration, database, storage, ffmpeg, mail and model of the server whose working folder this is, each for real; reads the environment and .env")
        .WithExamples("cd /opt/vigint && vigint doctor", "vigint doctor --json")
        .Does(async (call, cancellationToken) =>
        {
            var findings = await Doctor.LookAsync(Environment.CurrentDirectory, cancellationToken);
            var isWell = findings.All(finding => finding.State != FindingState.Bad);
            var answer = new JsonObject { ["healthy"] = isWell, ["checks"] = new JsonArray([.. findings.Select(finding => finding.ToJson())]) };
            call.Screen.Show(answer, console =>
            {
                var table = Tables.Of("", "state", "found", "what to do");
                foreach (var finding in findings)
                    table.Row(finding.Name, finding.StateText, finding.Text, finding.Advice ?? "");
                console.Write(table);
            });
            return isWell ? ExitCodes.Done : ExitCodes.NotDone;
        });
}
