using System.CommandLine;
using Vigint.Cli.Migration;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Commands;

/// <summary>Moves videos from an old server, by their links or from its folder.</summary>
internal static class MigrateCommand
{
    private static readonly Argument<string> Source = new("SOURCE")
    {
        Description =
            "A file with a private link a line, or id,token a line (then --from too), and behind another comma when its links end "
            + "where that is known; or a folder with video_ID.mp4 and video_ID.json",
    };

    private static readonly Option<string?> From = new("--from")
    {
        HelpName = "URL",
        Description = "Address of the old server, for lines of id,token",
    };

    private static readonly Option<string?> State = new("--state")
    {
        HelpName = "FILE",
        Description =
            "Where to remember what has arrived, so that it is not downloaded again; the name of the list with .moved.jsonl behind "
            + "it when absent",
    };

    private static readonly Option<bool> NewLinks = new("--new-links")
    {
        Description =
            "New links will do: where it is known what an old link was made of, and it does not open the video on the new server "
            + "because the key is another there, that is no failure",
    };

    public static Command New() =>
        new Command(
            "migrate",
            "Moves videos from an old server. Interrupted and started again it goes on; what is there already is not sent again"
        )
            .With(Source, From, State, NewLinks)
            .With(MigrationOptions.All)
            .WithExamples(
                "vigint migrate links.txt --report moved.json",
                "vigint migrate ids.csv --from https://sparse-ai-video-server.onrender.com --parallel 8",
                "vigint migrate /mnt/old/uploads --json"
            )
            .Does(
                async (call, cancellationToken) =>
                {
                    var source = call.Value(Source);
                    if (PrivateLink.Read(source) is not null)
                        throw CommandFailedException.WrongUse("SOURCE is a file with links in it, not a link; write the link into a file.");
                    Migrations.PrepareReport(call);
                    if (Directory.Exists(source))
                        return await Migrations.RunAsync(
                            call,
                            StoredFolder.Read(source),
                            moved: null,
                            newLinksWillDo: true,
                            cancellationToken
                        );

                    using var oldServer = new OldServer(new Retries(TimeProvider.System));
                    var clips = LinkList.Read(await LinesAsync(source, cancellationToken), AddressOf(call.Value(From)), oldServer);
                    _ = call.Server; // what is wrong with the command line is said before a file is made
                    using var moved = MovedList.Open(call.Value(State) ?? $"{source}.moved.jsonl");
                    return await Migrations.RunAsync(call, clips, moved, call.Value(NewLinks), cancellationToken);
                }
            );

    private static Uri? AddressOf(string? from) =>
        from is null
            ? null
            : ServerAddress.Read(from)
                ?? throw CommandFailedException.WrongUse(
                    "--from must be an address that begins with http:// or https:// and has no query."
                );

    private static async Task<string[]> LinesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllLinesAsync(path, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            throw new CommandFailedException($"There is no file or folder '{path}'.", ExitCodes.WrongUse, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"The list cannot be read: {exception.Message}", exception);
        }
    }
}
