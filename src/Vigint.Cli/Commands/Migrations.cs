using System.Globalization;
using Spectre.Console;
using Vigint.Cli.Migration;
using Vigint.Cli.Output;

namespace Vigint.Cli.Commands;

/// <summary>Carries out a migration in front of a user: progress while somebody watches, the report at the end.</summary>
internal static class Migrations
{
    private const double BytesPerMegabyte = 1024 * 1024;
    private const int MostShown = 20;

    /// <summary>To be called before a source is opened: what fails from then on leaves no report of an earlier run.</summary>
    /// <exception cref="CommandFailedException">The report that is asked for cannot be written.</exception>
    public static void PrepareReport(Call call)
    {
        if (call.Value(MigrationOptions.Report) is { } path)
            MigrationReport.Prepare(path);
    }

    /// <param name="moved">Null where reading a video again costs no download.</param>
    /// <param name="newLinksWillDo">Whether it is no matter that old links do not work on the new server.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        Call call,
        ClipSource source,
        MovedList? moved,
        bool newLinksWillDo,
        CancellationToken cancellationToken
    )
    {
        using var api = call.OpenServer();
        var server = new NewServer(api, new Retries(TimeProvider.System));
        await server.RequireWelcomeAsync(cancellationToken);
        var links = new LinkKeeper(server, newLinksWillDo, TimeProvider.System);
        var mover = new ClipMover(server, links, moved, call.Value(MigrationOptions.ExpirationHours), TimeProvider.System);

        var report = await WatchedAsync(
            call.Screen,
            source,
            finished =>
                new MigrationRun(mover, call.Value(MigrationOptions.Parallel), finished, TimeProvider.System).RunAsync(
                    source,
                    cancellationToken
                )
        );

        // Shown before it is written: what was done shall be known even where there is no room for a file.
        call.Screen.Show(report.ToJson(), console => Tell(console, report));
        if (report.EndedEarly is { } end)
            call.Screen.Note(end);
        return IsWritten(call, report) && report.IsComplete ? ExitCodes.Done : ExitCodes.NotDone;
    }

    private static bool IsWritten(Call call, MigrationReport report)
    {
        try
        {
            if (call.Value(MigrationOptions.Report) is { } path)
                report.Write(path);
            return true;
        }
        catch (CommandFailedException failure)
        {
            call.Screen.Note(failure.Message);
            return false;
        }
    }

    private static async Task<MigrationReport> WatchedAsync(
        Screen screen,
        ClipSource source,
        Func<Action<MovedClip>, Task<MigrationReport>> run
    )
    {
        if (!screen.IsWatched || source.Clips.Count == 0)
            return await run(static _ => { });
        return await screen
            .Errors.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var videos = progress.AddTask($"{source.Clips.Count} videos", maxValue: source.Clips.Count);
                return await run(_ => videos.Increment(1));
            });
    }

    private static void Tell(IAnsiConsole console, MigrationReport report)
    {
        var megabytes = (report.Bytes / BytesPerMegabyte).ToString("0.0", CultureInfo.InvariantCulture);
        console.WriteLine(
            $"{report.Moved} moved ({megabytes} MB), {report.AlreadyThere} were there already, {report.Expired} had expired, "
                + $"{report.Failed} failed, {report.NotTried} not tried; {report.Total} in all."
        );
        var failed = report.Videos.Where(video => video.Outcome == Outcome.Failed).ToList();
        foreach (var video in failed.Take(MostShown))
            console.WriteLine(Screen.Plain($"{video.VideoId}: {video.Reason}"));
        if (failed.Count > MostShown)
            console.WriteLine($"… and {failed.Count - MostShown} more; --report FILE has them all.");
    }
}
