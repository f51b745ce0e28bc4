using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Vigint.Cli.Output;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Commands;

/// <summary>What was called and what it cost (contract §7).</summary>
internal static class UsageCommand
{
    private static readonly Option<string?> From = new("--from") { HelpName = "DAY", Description = "First day, such as 2026-11-01" };
    private static readonly Option<string?> To = new("--to") { HelpName = "DAY", Description = "Last day, which is counted too" };
    private static readonly Option<bool> All = new("--all") { Description = "Of every client; needs the administrator's key" };

    public static Command New() =>
        new Command("usage", "Calls and costs per day, by one's own key or of every client")
            .With(From, To, All)
            .WithExamples("vigint usage --from 2026-11-01 --to 2026-11-30", "vigint usage --all --json")
            .Does(
                async (call, cancellationToken) =>
                {
                    var isOfAll = call.Value(All);
                    using var server = isOfAll ? call.OpenServerAsAdministrator() : call.OpenServer();
                    var path = ServerApi.Path(isOfAll ? "admin/usage" : "api/usage", ("from", call.Value(From)), ("to", call.Value(To)));
                    var answer = await server.GetAsync(path, cancellationToken);
                    call.Screen.Show(answer, console => console.Write(isOfAll ? ClientsTable(answer) : DaysTable(answer)));
                }
            );

    private static Table DaysTable(JsonNode answer)
    {
        var table = Tables.Of("day", "call", "times", "euro");
        foreach (var day in answer["summary"]!.AsArray())
            table.Row(Tables.Cell(day!["day"]), Tables.Cell(day["endpoint"]), Tables.Cell(day["calls"]), Tables.Cell(day["cost"]));
        return table;
    }

    private static Table ClientsTable(JsonNode answer)
    {
        var table = Tables.Of("client", "name", "calls", "euro");
        foreach (var client in answer["clients"]!.AsArray())
            table.Row(
                Tables.Cell(client!["client_id"]),
                Tables.Cell(client["client_name"]),
                Tables.Cell(client["calls"]),
                Tables.Cell(client["cost"])
            );
        return table.Row("", "all", Tables.Cell(answer["calls"]), Tables.Cell(answer["cost"]));
    }
}
