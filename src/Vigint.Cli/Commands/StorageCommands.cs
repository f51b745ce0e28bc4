using System.CommandLine;
using System.Text.Json.Nodes;
using Vigint.Cli.Output;

namespace Vigint.Cli.Commands;

/// <summary>The state of the server's disk, and making room on it (contract §4).</summary>
internal static class StorageCommands
{
    private static readonly Option<double?> MaxAgeHours = new("--max-age-hours")
    {
        HelpName = "HOURS",
        Description = "What is older goes; 720 when absent",
    };

    private static readonly Option<string?> Kind = new Option<string?>("--type")
    {
        Description =
            "old: what is too old and what has expired; all: every temporary file too; monitor: only as much as low space asks for",
    }.AcceptOnlyFromAmong("old", "all", "monitor");

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Delete nothing; tell what would be deleted" };

    public static Command New() =>
        new Command("storage", "The server's disk: its state, and making room on it") { Status(), CleanUp(), ConfirmClock() }.WithExamples(
            "vigint storage status",
            "vigint storage cleanup --max-age-hours 168 --dry-run"
        );

    private static Command Status() =>
        new Command("status", "How full the disk is, and with what")
            .WithExamples("vigint storage status", "vigint storage status --json")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServer();
                    var status = await server.GetAsync("api/storage/status", cancellationToken);
                    call.Screen.Show(
                        status,
                        console =>
                            console.Write(
                                Tables.OfFacts(
                                    ("state", status["status"]),
                                    ("free, GB", status["disk_free_gb"]),
                                    ("used, GB", status["disk_used_gb"]),
                                    ("of, GB", status["disk_total_gb"]),
                                    ("videos", status["videos_count"]),
                                    ("videos, MB", status["videos_size_mb"]),
                                    ("expired, not yet deleted", status["expired_pending_count"]),
                                    ("temporary files", status["temp_files_count"]),
                                    ("temporary files, MB", status["temp_files_size_mb"])
                                )
                            )
                    );
                }
            );

    private static Command ConfirmClock() =>
        new Command("confirm-clock", "Says that the server's clock is right, so that what is too old is deleted again")
            .WithExamples("vigint storage confirm-clock")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var answer = await server.PostAsync("admin/storage/confirm-clock", [], cancellationToken);
                    call.Screen.Show(answer, $"{answer["message"]}.");
                }
            );

    private static Command CleanUp() =>
        new Command("cleanup", "Deletes old and expired videos and temporary files; with a client's key only that client's")
            .With(MaxAgeHours, Kind, DryRun)
            .WithExamples("vigint storage cleanup --max-age-hours 168 --dry-run", "vigint storage cleanup --max-age-hours 168")
            .Does(
                async (call, cancellationToken) =>
                {
                    var body = new JsonObject { ["dry_run"] = call.Value(DryRun) };
                    if (call.Value(MaxAgeHours) is { } hours)
                        body["max_age_hours"] = hours;
                    if (call.Value(Kind) is { } kind)
                        body["type"] = kind;
                    using var server = call.OpenServer();
                    var answer = await server.PostAsync("api/storage/cleanup", body, cancellationToken);
                    var result = answer["cleanup_result"]!;
                    call.Screen.Show(
                        answer,
                        call.Value(DryRun)
                            ? $"{Tables.Cell(result["cleaned"])} would be deleted, which frees {Tables.Cell(result["freed_mb"])} MB. "
                                + "Nothing was deleted."
                            : $"{Tables.Cell(result["cleaned"])} deleted, {Tables.Cell(result["failed"])} failed, "
                                + $"{Tables.Cell(result["freed_mb"])} MB freed."
                    );
                    return result["failed"]?.GetValue<int>() is > 0 ? ExitCodes.NotDone : ExitCodes.Done;
                }
            );
}
