using System.Globalization;

namespace Vigint.Bench;

internal static class UploadSection
{
    private const int InARow = 30;
    private const int AtOnce = 32;
    private const int RoundsAtOnce = 5;
    private const int RoundsOfLarge = 3;
    private const long LargeBytes = 1L << 30;

    public static Task RunAsync(Report report, Paths paths)
    {
        var bare = paths.NewFolder("bare");
        using var nginx = Nginx.Start(paths.NewFolder("nginx"));
        using var vigint = VigintServer.StartReady(paths, paths.NewFolder("vigint"));
        report.Section("Upload");
        report.Line(
            "Bare: write, hash (SHA-256) and fsync the same bytes, in C#. Vigint hashes and flushes too; nginx does neither. `cat`: "
                + "`cat file > file`, then fsync."
        );
        report.Line("");
        var small = new Clip(10 * 1024 * 1024);
        var row = OneAfterTheOther(small, bare, nginx, vigint);
        var crowd = Together(small, bare, nginx, vigint);
        var large = Large(bare, nginx, vigint);

        var names = (string[])["Vigint", "bare", "cat; fsync", "nginx PUT"];
        report.Table(
            ["", "10 MB, one after the other, ms", "32 × 10 MB at once, MB/s", "1 GB, MB/s", "CPU s per GB"],
            names.Select(
                (name, i) =>
                    (string[])
                        [
                            name,
                            Figures.Text(row[i] * 1000),
                            Figures.Text(AtOnce * 10 / crowd[i]),
                            Figures.Text(1024 / large.Seconds[i]),
                            large.CpuSeconds[i] is { } cpu ? Figures.Text(cpu) : "-",
                        ]
            )
        );
        report.AtMost("10 MB upload, one after the other, time ÷ bare", 1.6, row[0] / row[1]);
        report.AtLeast("32 uploads at once, throughput ÷ bare", 0.45, crowd[1] / crowd[0]);
        report.AtLeast("32 uploads at once, throughput ÷ nginx PUT", 0.4, crowd[3] / crowd[0]);
        report.AtLeast("1 GB upload, throughput ÷ bare", 0.6, large.Seconds[1] / large.Seconds[0]);
        report.AtMost("1 GB upload, CPU ÷ bare", 2, large.CpuSeconds[0]!.Value / large.CpuSeconds[1]!.Value);
        return Task.CompletedTask;
    }

    private static double[] OneAfterTheOther(Clip clip, string bare, Nginx nginx, VigintServer vigint)
    {
        using var put = nginx.Connect();
        using var upload = vigint.Connect();
        var source = Path.Combine(bare, "source");
        DiskWork.WriteHashFlush(clip, source);
        var times = NewTimes();
        const int warmUp = 5;
        for (var i = 0; i < InARow + warmUp; i++)
        {
            double[] round =
            [
                Figures.Seconds(() => Load.Upload(upload, "one", clip)),
                Figures.Seconds(() => DiskWork.WriteHashFlush(clip, Path.Combine(bare, "one"))),
                Figures.Seconds(() => DiskWork.CatFlush(source, Path.Combine(bare, "copy"))),
                Figures.Seconds(() => Load.Put(put, "one", clip)),
            ];
            Load.Delete(upload, "one");
            nginx.Delete("one");
            File.Delete(Path.Combine(bare, "one"));
            File.Delete(Path.Combine(bare, "copy"));
            if (i >= warmUp)
                Add(times, round);
        }

        return Medians(times);
    }

    private static double[] Together(Clip clip, string bare, Nginx nginx, VigintServer vigint)
    {
        var uploads = Enumerable.Range(0, AtOnce).Select(_ => vigint.Connect()).ToList();
        var puts = Enumerable.Range(0, AtOnce).Select(_ => nginx.Connect()).ToList();
        var source = Path.Combine(bare, "source");
        var times = NewTimes();
        for (var i = 0; i < RoundsAtOnce + 1; i++)
        {
            double[] round =
            [
                Figures.Seconds(() => Figures.OnThreads(AtOnce, n => Load.Upload(uploads[n], Name(n), clip))),
                Figures.Seconds(() => Figures.OnThreads(AtOnce, n => DiskWork.WriteHashFlush(clip, Path.Combine(bare, Name(n))))),
                Figures.Seconds(() => Figures.OnThreads(AtOnce, n => DiskWork.CatFlush(source, Path.Combine(bare, $"copy-{n}")))),
                Figures.Seconds(() => Figures.OnThreads(AtOnce, n => Load.Put(puts[n], Name(n), clip))),
            ];
            Figures.OnThreads(
                AtOnce,
                n =>
                {
                    Load.Delete(uploads[n], Name(n));
                    nginx.Delete(Name(n));
                    File.Delete(Path.Combine(bare, Name(n)));
                    File.Delete(Path.Combine(bare, $"copy-{n}"));
                }
            );
            if (i > 0)
                Add(times, round);
        }

        uploads.ForEach(connection => connection.Dispose());
        puts.ForEach(connection => connection.Dispose());
        return Medians(times);
    }

    private static (double[] Seconds, double?[] CpuSeconds) Large(string bare, Nginx nginx, VigintServer vigint)
    {
        var clip = new Clip(LargeBytes);
        using var put = nginx.Connect();
        using var upload = vigint.Connect();
        var source = Path.Combine(bare, "large");
        var times = NewTimes();
        var ownCpu = new List<double>();
        var serverCpu = new List<double>();
        for (var i = 0; i < RoundsOfLarge; i++)
        {
            var before = ProcessFigures.CpuSeconds(vigint.ProcessId);
            var uploaded = Figures.Seconds(() => Load.Upload(upload, "large", clip));
            serverCpu.Add(ProcessFigures.CpuSeconds(vigint.ProcessId) - before);
            Load.Delete(upload, "large");

            before = ProcessFigures.CpuSeconds(Environment.ProcessId);
            var written = Figures.Seconds(() => DiskWork.WriteHashFlush(clip, source));
            ownCpu.Add(ProcessFigures.CpuSeconds(Environment.ProcessId) - before);

            var copied = Figures.Seconds(() => DiskWork.CatFlush(source, Path.Combine(bare, "copy")));
            File.Delete(source);
            File.Delete(Path.Combine(bare, "copy"));
            Add(times, [uploaded, written, copied, Figures.Seconds(() => Load.Put(put, "large", clip))]);
            nginx.Delete("large");
        }

        return (Medians(times), [serverCpu.Median(), ownCpu.Median(), null, null]);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"clip-{number}");

    private static List<double>[] NewTimes() =>
        [
            [],
            [],
            [],
            [],
        ];

    private static void Add(List<double>[] times, double[] round)
    {
        for (var i = 0; i < round.Length; i++)
            times[i].Add(round[i]);
    }

    private static double[] Medians(List<double>[] times) => [.. times.Select(one => one.Median())];
}
