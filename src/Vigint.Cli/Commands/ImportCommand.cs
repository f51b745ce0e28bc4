using System.CommandLine;
using Vigint.Cli.Migration;

namespace Vigint.Cli.Commands;

/// <summary>Uploads the videos of a storage folder.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "A storage folder, an old server's or Vigint's: video_ID.mp4 with video_ID.json beside it. Nothing in it is changed",
    };

    public static Command New() =>
        new Command(
            "import",
            "Uploads the videos of a storage folder; they become those of the key. What is there already is not sent again"
        )
            .With(Folder)
            .With(MigrationOptions.All)
            .WithExamples("vigint import /var/lib/vigint/videos", "vigint import ./backup --parallel 2 --report imported.json")
            .Does(
                (call, cancellationToken) =>
                {
                    Migrations.PrepareReport(call);
                    return Migrations.RunAsync(
                        call,
                        StoredFolder.Read(call.Value(Folder)),
                        moved: null,
                        newLinksWillDo: true,
                        cancellationToken
                    );
                }
            );
}
