namespace Vigint.Bench;

internal static class StartSection
{
    private const int RoundsEmpty = 7;
    private const int RoundsFull = 3;

    public static Task RunAsync(Report report, Paths paths)
    {
        var empty = new List<double>();
        for (var i = 0; i < RoundsEmpty; i++)
        {
            using var server = VigintServer.Start(paths, paths.NewFolder("empty"));
            empty.Add(server.UntilHealthy().TotalSeconds);
        }

        var folder = paths.NewFolder("full");
        StoredPair.WriteMany(Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName, ManySection.Many);
        var (first, whole, again) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < RoundsFull; i++)
        {
            foreach (var file in Directory.GetFiles(folder, "vigint.db*"))
                File.Delete(file);
            using (var server = VigintServer.Start(paths, folder))
            {
                first.Add(server.UntilHealthy().TotalSeconds);
                whole.Add(server.UntilHealthy("\"finished\"").TotalSeconds);
            }

            using var restarted = VigintServer.Start(paths, folder);
            again.Add(restarted.UntilHealthy("\"finished\"").TotalSeconds);
        }

        report.Section("Cold start");
        report.Line("From the start of the process; \"healthy\" is a 200 of `/api/health`. The files are in the page cache.");
        report.Line("");
        report.Table(
            ["", "first healthy answer, s", "all taken in, s"],
            [
                ["empty store", Figures.Text(empty.Median()), "-"],
                ["20,000 unseen pairs", Figures.Text(first.Median()), Figures.Text(whole.Median())],
                ["20,000 known pairs", "-", Figures.Text(again.Median())],
            ]
        );
        report.AtMost("first healthy answer, empty store", 1, empty.Median(), " s");
        report.AtMost("first healthy answer, 20,000 unseen pairs", 2, first.Median(), " s");
        report.AtMost("20,000 unseen pairs all taken in", 5, whole.Median(), " s");
        return Task.CompletedTask;
    }
}
