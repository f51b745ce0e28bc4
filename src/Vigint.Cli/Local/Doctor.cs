using Microsoft.Extensions.DependencyInjection;
using Vigint.Api.Settings;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Disk;
using Vigint.Infrastructure.Ffmpeg;

namespace Vigint.Cli.Local;

/// <summary>
/// Looks at everything that the server of a working folder would stand on, each for real. Changes nothing and leaves nothing behind, and
/// may be used beside a server that runs.
/// </summary>
internal static class Doctor
{
    // Somebody waits in front of it.
    private static readonly TimeSpan ALookMayTake = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<Finding>> LookAsync(LocalPlace place, CancellationToken cancellationToken)
    {
        var read = LocalServer.Settings(place);
        ServerSettings settings;
        try
        {
            settings = ServerSettings.Read(read, place.WorkingFolder, makesKey: false);
        }
        catch (StartUpException exception)
        {
            return [new Finding("configuration", FindingState.Bad, exception.Message, "Nothing else was looked at; put this right first.")];
        }

        var configuration = Configuration(place, settings, read.IsAnythingSet);
        string scratch;
        try
        {
            // The server's own parts, with a storage folder that is nobody's: theirs is locked while a server runs.
            scratch = Directory.CreateTempSubdirectory("vigint-doctor-").FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return
            [
                configuration,
                new Finding(
                    "temporary folder",
                    FindingState.Bad,
                    exception.Message,
                    "Set TMPDIR to a folder that can be written; nothing else was looked at."
                ),
            ];
        }

        try
        {
            await using var parts = LocalServer.New(settings with { StorageFolder = new StorageFolderOptions(scratch) });
            (string Name, Func<CancellationToken, Task<Finding>> Look)[] looks =
            [
                ("database", token => DatabaseLook.LookAsync(settings.Database, parts, token)),
                ("storage", _ => Task.FromResult(StorageLook.Look(settings.StorageFolder.Path, settings.Storage.QuotaBytes))),
                ("ffmpeg", token => FfmpegAsync(parts, token)),
                ("email", token => MailLook.LookAsync(settings.Mail.Server, settings.Operator.Email, token)),
                ("model", token => ModelLook.LookAsync(settings, parts, token)),
            ];
            var findings = await Task.WhenAll(looks.Select(one => InTimeAsync(one.Name, one.Look, cancellationToken)));
            return [configuration, .. findings];
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static Finding Configuration(LocalPlace place, ServerSettings settings, bool isAnythingSet)
    {
        const string name = "configuration";
        if (!isAnythingSet && !File.Exists(settings.Database.SqlitePath) && !Directory.Exists(settings.StorageFolder.Path))
        {
            return new Finding(
                name,
                FindingState.Attention,
                $"{place.WorkingFolder} has neither a database nor a storage folder, and nothing is set",
                "Name the server's working folder with --folder and the file with its settings with --env-file, or ask one that "
                    + "runs, with --server."
            );
        }

        return settings.Warnings.Count == 0
            ? new Finding(name, FindingState.Good, $"every setting of the server in {place.WorkingFolder} can be used")
            : new Finding(name, FindingState.Attention, string.Join(" ", settings.Warnings));
    }

    private static async Task<Finding> FfmpegAsync(ServiceProvider parts, CancellationToken cancellationToken)
    {
        const string name = "ffmpeg";
        var check = parts.GetRequiredService<FfmpegCheck>();
        var state = await check.CheckAsync(cancellationToken);
        return state.IsUp
            ? new Finding(name, FindingState.Good, $"{state.Text}, {state.Version}")
            : new Finding(name, FindingState.Bad, state.Text, check.Advice);
    }

    private static async Task<Finding> InTimeAsync(
        string name,
        Func<CancellationToken, Task<Finding>> look,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ALookMayTake);
        try
        {
            return await look(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Finding(
                name,
                FindingState.Bad,
                $"no answer within {ALookMayTake.TotalSeconds:0} seconds",
                "Check its address, and firewalls between here and there."
            );
        }
    }
}
