namespace Vigint.Bench;

internal static class CleanUpSection
{
    private const int Count = 10_000;
    private const int Rounds = 3;
    private const int RangeBytes = 64 * 1024;

    public static Task RunAsync(Report report, Paths paths)
    {
        var (cleaned, unlinked) = (new List<double>(), new List<double>());
        string[] kinds = ["HEAD", "64 KB range", "/health/live", "1 MB upload"];
        var latencies = kinds.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var plain = paths.NewFolder("plain");
            StoredPair.WriteMany(plain, Count);
            unlinked.Add(Figures.Seconds(() => Array.ForEach(Directory.GetFiles(plain), File.Delete)));
            cleaned.Add(CleanUp(paths, latencies, withUploads: false));
        }

        var besideUploads = CleanUp(paths, latencies, withUploads: true);

        report.Section("Cleanup of 10,000 videos");
        report.Line(
            "Plain: listing and unlinking as many file pairs. The others send one request at a time meanwhile, for videos that stay."
        );
        report.Line("");
        report.Table(
            ["", "seconds"],
            [
                ["Vigint cleanup", Figures.Text(cleaned.Median())],
                ["the same beside uploads, which flush", Figures.Text(besideUploads)],
                ["plain unlink", Figures.Text(unlinked.Median())],
            ]
        );
        report.Table(
            ["meanwhile", "requests", "median ms", "p99 ms"],
            kinds.Select(
                (kind, i) =>
                    (string[])
                        [kind, $"{latencies[i].Count}", Figures.Text(latencies[i].Median()), Figures.Text(latencies[i].Percentile(0.99))]
            )
        );
        report.AtMost("cleanup of 10,000, time ÷ plain unlink", 2.5, cleaned.Median() / unlinked.Median());
        report.AtMost(
            "HEAD, range and health during cleanup, median",
            5,
            latencies.Take(3).SelectMany(one => one).ToList().Median(),
            " ms"
        );
        return Task.CompletedTask;
    }

    private static double CleanUp(Paths paths, List<double>[] latencies, bool withUploads)
    {
        var folder = paths.NewFolder("cleanup");
        var videos = Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName;
        StoredPair.WriteMany(videos, Count);

        // An upload of tomorrow is not older than any age.
        var stays = StoredPair.Write(videos, "stays", new Clip(1024 * 1024), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1));
        using var server = VigintServer.StartReady(paths, folder);
        using var cleaner = server.Connect();
        using var asker = server.Connect();
        using var uploader = server.Connect();
        var clip = new Clip(1024 * 1024);
        byte[][] requests = [Load.HeadOf(stays), Load.Range(stays, 1000, RangeBytes), Connection.Head("GET", "/health/live")];
        for (var i = 0; i < 300; i++)
            asker.Ask(requests[i % requests.Length]);
        Load.Upload(uploader, "before", clip);

        var body = """{"max_age_hours":0}"""u8.ToArray();
        var head = Connection.Head("POST", "/api/storage/cleanup", $"X-API-Key: {VigintServer.Key}\r\nContent-Length: {body.Length}\r\n");
        var isOver = false;
        var seconds = 0.0;
        var answer = "";
        Figures.OnThreads(
            withUploads ? 3 : 2,
            thread =>
            {
                switch (thread)
                {
                    case 0:
                        Pause.Milliseconds(50);
                        seconds = Figures.Seconds(() => answer = cleaner.Ask(head, body));
                        Volatile.Write(ref isOver, true);
                        break;
                    case 1:
                        for (var i = 0; !Volatile.Read(ref isOver); i++)
                        {
                            latencies[i % requests.Length].Add(Figures.Seconds(() => asker.Ask(requests[i % requests.Length])) * 1000);
                            Pause.Milliseconds(2);
                        }

                        break;
                    default:
                        for (var i = 0; !Volatile.Read(ref isOver); i++)
                        {
                            latencies[^1].Add(Figures.Seconds(() => Load.Upload(uploader, $"meanwhile-{i}", clip)) * 1000);
                            Pause.Milliseconds(100);
                        }

                        break;
                }
            }
        );

        var cleaned = int.Parse(answer.Split("\"cleaned\":")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        if (cleaned < Count)
            throw new InvalidOperationException($"the cleanup left something: {answer}");
        return seconds;
    }
}
