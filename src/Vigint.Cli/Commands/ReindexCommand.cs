using System.CommandLine;
using System.Text.Json.Nodes;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Api.Settings;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Cli.Local;
using Vigint.Infrastructure;

namespace Vigint.Cli.Commands;

/// <summary>Makes the database agree with the storage folder, as every start of the server does.</summary>
internal static class ReindexCommand
{
    public static Command New() =>
        new Command(
            "reindex",
            "Makes the database of a server on this machine anew from its storage folder, as every start of the server does; for a "
                + "server that is stopped. Reads the environment and the .env of its working folder"
        )
            .With(LocalOptions.All)
            .WithExamples("cd /srv/vigint && vigint reindex", "vigint reindex --folder /var/lib/vigint --env-file /etc/vigint/vigint.env")
            .Does(
                async (call, cancellationToken) =>
                {
                    try
                    {
                        var place = LocalOptions.PlaceOf(call);
                        await using var server = LocalServer.New(ServerSettings.Read(LocalServer.Settings(place), place.WorkingFolder));
                        await InfrastructureServices.PrepareAsync(server, cancellationToken);
                        await LocalServer.RequireDatabaseAsync(server, cancellationToken);
                        await using var scope = server.CreateAsyncScope();
                        var taken = await scope
                            .ServiceProvider.GetRequiredService<IMediator>()
                            .Send(new TakeInFolderCommand(), cancellationToken);
                        call.Screen.Show(AnswerOf(taken), SentencesOf(taken));
                        return IsWell(taken) ? ExitCodes.Done : ExitCodes.NotDone;
                    }
                    catch (StartUpException exception)
                    {
                        throw CommandFailedException.NotDone(exception.Message, exception);
                    }
                }
            );

    // A folder in which nothing is left of what the index had is more often a disk that is not mounted than a wish.
    private static bool IsWell(TakenInFolder taken) => taken.Skipped.Count == 0 && taken.Dropped.Count == 0;

    private static JsonObject AnswerOf(TakenInFolder taken) =>
        new()
        {
            ["success"] = IsWell(taken),
            ["videos_found"] = taken.Found,
            ["indexed"] = taken.Indexed,
            ["skipped"] = new JsonArray([
                .. taken.Skipped.Select(one => new JsonObject { ["video_id"] = one.Id.Text, ["reason"] = one.Why }),
            ]),
            ["dropped"] = new JsonArray([.. taken.Dropped.Select(id => JsonValue.Create(id.Text))]),
        };

    private static string SentencesOf(TakenInFolder taken) =>
        string.Join(
            '\n',
            [
                $"{taken.Found} videos are in the folder: {taken.Indexed} new or changed, {taken.Skipped.Count} that cannot be used; "
                    + $"{taken.Dropped.Count} were dropped from the database.",
                .. taken.Skipped.Select(one => $"{one.Id.Text}: not usable, {one.Why}."),
                .. taken.Dropped.Select(id => $"{id.Text}: dropped, its file is not in the folder; is the right disk mounted?"),
            ]
        );
}
