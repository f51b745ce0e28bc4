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
    public static Command New() => new Command("reindex",
            "Makes the database of a server on this machine anew from its storage folder, as every start of the server does; for a server that is stopped. Reads the environment and the .env of its working folder")
        .With(LocalOptions.All)
        .WithExamples("cd /srv/vigint && vigint reindex", "vigint reindex --folder /var/lib/vigint --env-file /etc/vigint/vigint.env")
        .Does(async (call, cancellationToken) =>
        {
            try
            {
                var place = LocalOptions.PlaceOf(call);
                await using var server = LocalServer.New(ServerSettings.Read(LocalServer.Settings(place), place.WorkingFolder));
                await InfrastructureServices.PrepareAsync(server, cancellationToken);
                await LocalServer.RequireDatabaseAsync(server, cancellationToken);
                await using var scope = server.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new TakeInFolderCommand(), cancellationToken);
                var done = server.GetRequiredService<TakeInProgress>().Done;
                call.Screen.Show(new JsonObject { ["success"] = true, ["videos_found"] = done }, $"{done} videos are in the folder, and the database agrees with it.");
            }
            catch (StartUpException exception)
            {
                throw CommandFailedException.NotDone(exception.Message, exception);
            }
        });
}
