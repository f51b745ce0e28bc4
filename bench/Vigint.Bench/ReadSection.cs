namespace Vigint.Bench;

internal static class ReadSection
{
    private const int Rounds = 9;
    private const int SecondsEach = 2;
    private const int WarmUpSeconds = 6;
    private const int RangeBytes = 64 * 1024;
    private const long FileBytes = 10 * 1024 * 1024;

    public static Task RangesAsync(Report report, Paths paths)
    {
        var pairs = Measure(report, paths, "64 KB ranges, 32 connections", RangeBytes);
        report.AtLeast(
            "64 KB ranges, requests/s ÷ nginx",
            0.9,
            pairs.ConvertAll(one => one.Vigint.RequestsPerSecond / one.Nginx.RequestsPerSecond).Median()
        );
        report.AtMost("64 KB ranges, p99 ÷ nginx", 2, pairs.ConvertAll(one => one.Vigint.P99 / one.Nginx.P99).Median());
        return Task.CompletedTask;
    }

    public static Task FullAsync(Report report, Paths paths)
    {
        var pairs = Measure(report, paths, "Full reads of 10 MB, 32 connections", 0);
        report.AtLeast(
            "full reads, throughput ÷ nginx",
            0.8,
            pairs.ConvertAll(one => one.Vigint.MegabytesPerSecond / one.Nginx.MegabytesPerSecond).Median()
        );
        return Task.CompletedTask;
    }

    private static List<(WrkFigures Vigint, WrkFigures Nginx)> Measure(Report report, Paths paths, string title, int countBytes)
    {
        var folder = paths.NewFolder("vigint");
        var videos = Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName;
        var pair = StoredPair.Write(videos, "read", new Clip(FileBytes));
        var beside = paths.NewFolder("nginx");
        using var nginx = Nginx.Start(beside);
        File.Copy(Path.Combine(videos, "video_read.mp4"), Path.Combine(beside, "files", "read.mp4"));
        using var vigint = VigintServer.StartReady(paths, folder);

        Wrk.Run(paths, vigint.Port, pair.Address, FileBytes, countBytes, WarmUpSeconds);
        var pairs = new List<(WrkFigures Vigint, WrkFigures Nginx)>();
        for (var i = 0; i < Rounds; i++)
        {
            var own = Wrk.Run(paths, vigint.Port, pair.Address, FileBytes, countBytes, SecondsEach);
            pairs.Add((own, Wrk.Run(paths, nginx.Port, Nginx.AddressOf("read.mp4"), FileBytes, countBytes, SecondsEach)));
        }

        report.Section(title);
        report.Line(
            "nginx: sendfile, `secure_link`, its usual access log. Vigint: token, one log line per request. The ratios are medians "
                + "of those of each turn."
        );
        report.Line("");
        report.Table(
            ["", "requests/s", "p50 ms", "p99 ms", "MB/s"],
            [RowOf("Vigint", MedianOf(pairs.ConvertAll(one => one.Vigint))), RowOf("nginx", MedianOf(pairs.ConvertAll(one => one.Nginx)))]
        );
        return pairs;
    }

    private static string[] RowOf(string name, WrkFigures figures) =>
        [
            name,
            Figures.Text(figures.RequestsPerSecond),
            Figures.Text(figures.P50),
            Figures.Text(figures.P99),
            Figures.Text(figures.MegabytesPerSecond),
        ];

    private static WrkFigures MedianOf(List<WrkFigures> all) =>
        new(
            all.ConvertAll(one => one.RequestsPerSecond).Median(),
            all.ConvertAll(one => one.P50).Median(),
            all.ConvertAll(one => one.P99).Median(),
            all.ConvertAll(one => one.MegabytesPerSecond).Median()
        );
}
