using System.CommandLine;
using System.Text.Json.Nodes;
using Vigint.Cli.Local;
using Vigint.Cli.Output;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Commands;

/// <summary>Looks at what a server stands on: one that runs is asked, one of this machine is looked at.</summary>
internal static class DoctorCommand
{
    public static Command New() =>
        new Command(
            "doctor",
            "Says what is wrong with a server and what to do. With --server (VIGINT_SERVER) that server is asked how it is, and with "
                + "a key about its disk. Without, or with --folder or --env-file, what a server on this machine stands on is looked at, "
                + "each for real: configuration, database, storage, ffmpeg, mail and model"
        )
            .With(LocalOptions.All)
            .WithExamples(
                "vigint doctor --server https://vigint.example.org",
                "cd /srv/vigint && vigint doctor",
                "vigint doctor --folder /var/lib/vigint --env-file /etc/vigint/vigint.env --json"
            )
            .Does(
                async (call, cancellationToken) =>
                {
                    var findings = await LookAsync(call, cancellationToken);
                    var isWell = findings.All(finding => finding.State != FindingState.Bad);
                    var answer = new JsonObject
                    {
                        ["healthy"] = isWell,
                        ["checks"] = new JsonArray([.. findings.Select(finding => finding.ToJson())]),
                    };
                    call.Screen.Show(
                        answer,
                        console =>
                        {
                            var table = Tables.Of("", "state", "found", "what to do");
                            foreach (var finding in findings)
                                table.Row(finding.Name, finding.StateText, finding.Text, finding.Advice ?? "");
                            console.Write(table);
                        }
                    );
                    return isWell ? ExitCodes.Done : ExitCodes.NotDone;
                }
            );

    private static async Task<IReadOnlyList<Finding>> LookAsync(Call call, CancellationToken cancellationToken)
    {
        var isHere = LocalOptions.AreGiven(call);
        if (isHere && call.Value(GlobalOptions.Server) is not null)
            throw CommandFailedException.WrongUse(
                "--server names a server that runs, --folder and --env-file one of this machine; give one or the other."
            );
        if (isHere || !call.HasServer)
            return await Doctor.LookAsync(LocalOptions.PlaceOf(call), cancellationToken);

        using var server = call.HasKey ? call.OpenServer() : call.OpenServerWithoutKey();
        return await ServerLook.LookAsync(server, call.HasKey, cancellationToken);
    }
}
