namespace Vigint.Bench;

internal static class MemorySection
{
    private const int MixedSeconds = 10;
    private const int Uploaders = 8;
    private const int Readers = 16;
    private const int Listers = 2;
    private const int MostUploads = 200;
    private const int Listed = 200;
    private const int RestMilliseconds = 10_000;
    private const int RangeBytes = 64 * 1024;
    private const long ClipBytes = 10 * 1024 * 1024;

    public static Task RunAsync(Report report, Paths paths)
    {
        var folder = paths.NewFolder("memory");
        var videos = Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName;
        var pair = StoredPair.Write(videos, "read", new Clip(ClipBytes));
        using var server = VigintServer.StartReady(paths, folder);
        Pause.Milliseconds(RestMilliseconds);
        var idle = ProcessFigures.ResidentMegabytes(server.ProcessId);

        ProcessFigures.ForgetPeak(server.ProcessId);
        using (var connection = server.Connect())
        {
            Load.Upload(connection, "large", new Clip(1L << 30));
            Load.Delete(connection, "large");
        }

        var large = ProcessFigures.PeakMegabytes(server.ProcessId);
        FillList(server);
        ProcessFigures.ForgetPeak(server.ProcessId);
        var (uploads, reads, lists) = Mixed(server, pair);
        var peak = ProcessFigures.PeakMegabytes(server.ProcessId);
        Pause.Milliseconds(RestMilliseconds);
        var after = ProcessFigures.ResidentMegabytes(server.ProcessId);

        report.Section("Memory");
        report.Line(
            $"Mixed load: {Uploaders} uploaders of 10 MB ({uploads} uploads), {Readers} readers of 64 KB ranges ({reads}) and "
                + $"{Listers} who list 200 videos ({lists}), {MixedSeconds} s."
        );
        report.Line("");
        report.Table(
            ["resident", "MB"],
            [
                ["idle, 10 s after the start", Figures.Text(idle)],
                ["peak during a 1 GB upload", Figures.Text(large)],
                ["peak of the mixed load", Figures.Text(peak)],
                ["10 s after it", Figures.Text(after)],
            ]
        );
        report.AtMost("idle", 90, idle, " MB");
        report.AtMost("added by a 1 GB upload (peak)", 40, large - idle, " MB");
        report.AtMost("peak of a mixed load", 200, peak, " MB");
        report.AtMost("10 s after the mixed load", 160, after, " MB");
        return Task.CompletedTask;
    }

    private static void FillList(VigintServer server)
    {
        var clip = new Clip(StoredPair.SmallBytes);
        using var connection = server.Connect();
        for (var i = 0; i < Listed; i++)
            Load.Upload(connection, $"listed-{i}", clip);
    }

    private static (int Uploads, int Reads, int Lists) Mixed(VigintServer server, StoredPair pair)
    {
        var clip = new Clip(ClipBytes);
        var list = Connection.Head("GET", "/api/v1/videos?limit=200", $"X-API-Key: {VigintServer.Key}\r\n");
        var end = Environment.TickCount64 + (MixedSeconds * 1000);
        var (uploads, reads, lists) = (0, 0, 0);
        Figures.OnThreads(
            Uploaders + Readers + Listers,
            number =>
            {
                using var connection = server.Connect();
                for (var i = 0; Environment.TickCount64 < end; i++)
                {
                    if (number < Uploaders)
                    {
                        if (Interlocked.Increment(ref uploads) > MostUploads)
                            break;
                        Load.Upload(connection, $"mixed-{number}-{i}", clip);
                        Load.Delete(connection, $"mixed-{number}-{i}");
                    }
                    else if (number < Uploaders + Readers)
                    {
                        connection.Ask(Load.Range(pair, (number * 100_000L) + (i % 1000), RangeBytes));
                        Interlocked.Increment(ref reads);
                    }
                    else
                    {
                        connection.Ask(list);
                        Interlocked.Increment(ref lists);
                    }
                }
            }
        );
        return (Math.Min(uploads, MostUploads), reads, lists);
    }
}
