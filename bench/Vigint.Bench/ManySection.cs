using System.Globalization;

namespace Vigint.Bench;

internal static class ManySection
{
    public const int Many = 20_000;
    private const int Few = 10;
    private const int Rounds = 11;
    private const int RequestsPerRound = 200;
    private const int UploadsPerRound = 10;
    private const int RangeBytes = 64 * 1024;
    private const long ReadBytes = 10 * 1024 * 1024;

    public static Task RunAsync(Report report, Paths paths)
    {
        using var few = Store.Start(paths, "few", Few);
        using var many = Store.Start(paths, "many", Many);
        var upload = new Clip(1024 * 1024);
        (string Name, int Count, Action<Store, int> Ask)[] kinds =
        [
            ("GET 4 KB", RequestsPerRound, (store, n) => store.Connection.Ask(Load.Get(store.Pairs[n % Few]))),
            ("HEAD", RequestsPerRound, (store, n) => store.Connection.Ask(Load.HeadOf(store.Pairs[n % Few]))),
            (
                "64 KB range",
                RequestsPerRound,
                (store, n) => store.Connection.Ask(Load.Range(store.Large, n * 40_000L % (ReadBytes - RangeBytes), RangeBytes))
            ),
            (
                "1 MB upload",
                UploadsPerRound,
                (store, n) => Load.Upload(store.Connection, string.Create(CultureInfo.InvariantCulture, $"new-{n}"), upload)
            ),
        ];

        report.Section("With 10 and with 20,000 stored videos");
        report.Line("One connection, one request after the other, medians. The same ten links are opened in both.");
        report.Line("");
        var rows = new List<string[]>();
        var aims = new List<(string, double)>();
        foreach (var (name, count, ask) in kinds)
        {
            var (a, b) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (store, times) in ((Store, List<double>)[])[(few, a), (many, b)])
                {
                    for (var n = 0; n < count; n++)
                    {
                        var seconds = Figures.Seconds(() => ask(store, n));
                        if (round > 0)
                            times.Add(seconds * 1e6);
                    }

                    if (count == UploadsPerRound)
                        store.DeleteUploads(UploadsPerRound);
                }
            }

            rows.Add([
                name,
                Figures.Text(a.Median()),
                Figures.Text(b.Median()),
                Figures.Text(a.Percentile(0.99)),
                Figures.Text(b.Percentile(0.99)),
            ]);
            aims.Add((name, b.Median() / a.Median()));
        }

        report.Table(["", "10 stored, µs", "20,000 stored, µs", "p99 with 10, µs", "p99 with 20,000, µs"], rows);
        report.Line(
            $"A link that was not opened since the start (not in memory): {Figures.Text(FirstOpenings(many).Median())} µs with 20,000 "
                + $"stored."
        );
        report.Line("");
        foreach (var (name, ratio) in aims)
            report.AtMost($"{name}, time with 20,000 ÷ with 10", 1.2, ratio);
        return Task.CompletedTask;
    }

    private static List<double> FirstOpenings(Store store) =>
        [
            .. Enumerable
                .Range(1000, 1000)
                .Select(n => Figures.Seconds(() => store.Connection.Ask(Load.HeadOf(store.Pairs[n * 10 % Many]))) * 1e6),
        ];

    private sealed class Store(VigintServer server, List<StoredPair> pairs, StoredPair large) : IDisposable
    {
        public Connection Connection { get; } = server.Connect();

        public List<StoredPair> Pairs => pairs;

        public StoredPair Large => large;

        public static Store Start(Paths paths, string name, int count)
        {
            var folder = paths.NewFolder(name);
            var videos = Directory.CreateDirectory(Path.Combine(folder, "videos")).FullName;
            var pairs = StoredPair.WriteMany(videos, count);
            var large = StoredPair.Write(videos, "large", new Clip(ReadBytes));
            return new Store(VigintServer.StartReady(paths, folder), pairs, large);
        }

        public void DeleteUploads(int count)
        {
            for (var n = 0; n < count; n++)
                Load.Delete(Connection, string.Create(CultureInfo.InvariantCulture, $"new-{n}"));
        }

        public void Dispose()
        {
            Connection.Dispose();
            server.Dispose();
        }
    }
}
