using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Vigint.Bench;

/// <summary>Compressing beside the best command lines of ffmpeg, and what others notice of it.</summary>
internal static class CompressSection
{
    private const int Rounds = 1; // each takes a minute and a half
    private const int AtOnce = 10;
    private const double MostMegabytes = 5;
    private const int RangeBytes = 64 * 1024;
    private const int RestMilliseconds = 5000;

    public static Task RunAsync(Report report, Paths paths)
    {
        var folder = paths.NewFolder("compress");
        Directory.CreateDirectory(Path.Combine(folder, "videos"));
        report.Section("Compress");
        One(report, paths, folder);
        Many(report, paths, folder);
        return Task.CompletedTask;
    }

    private static void One(Report report, Paths paths, string folder)
    {
        var source = Path.Combine(folder, "source.mp4");

        // A camera that stands still in poor light, and somebody who walks by.
        Ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "mandelbrot=size=1920x1080:rate=25:start_scale=0.5:end_scale=0.5",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=480x360:rate=25",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=300:beep_factor=4",
            "-filter_complex",
            "[0][1]overlay=x=200+40*t:y=300,noise=alls=3:allf=t",
            "-t",
            "30",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-b:v",
            "8000k",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-b:a",
            "128k",
            source
        );
        var ours = Path.Combine(folder, "vigint.mp4");
        using var server = VigintServer.StartReady(paths, folder);
        Pause.Milliseconds(RestMilliseconds);
        var idle = ProcessFigures.ResidentMegabytes(server.ProcessId);
        ProcessFigures.ForgetPeak(server.ProcessId);
        var (vigint, twoPass, onePass) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            vigint.Add(Figures.Seconds(() => File.WriteAllBytes(ours, Compress(server, source, MostMegabytes))));

            // At the size that came out, which is what is compared.
            var picture = Probe(ours, "v", "stream=bit_rate");
            var sound = Probe(ours, "a", "stream=bit_rate");
            twoPass.Add(Figures.Seconds(() => TwoPass(source, folder, picture, sound)));
            onePass.Add(
                Figures.Seconds(() =>
                    Ffmpeg(
                        "-i",
                        source,
                        "-c:v",
                        "libx264",
                        "-preset",
                        "veryfast",
                        "-b:v",
                        picture,
                        "-maxrate",
                        picture,
                        "-bufsize",
                        picture,
                        "-c:a",
                        "aac",
                        "-b:a",
                        sound,
                        "-movflags",
                        "+faststart",
                        Path.Combine(folder, "one.mp4")
                    )
                )
            );
        }

        var peak = ProcessFigures.PeakMegabytes(server.ProcessId);
        string[] names = ["vigint.mp4", "two.mp4", "one.mp4"];
        var similarity = names.ToDictionary(name => name, name => Similarity(Path.Combine(folder, name), source));
        report.Line(
            $"{Size(source)} MB of 1080p, 30 s, to {MostMegabytes} MB, sent and answered as base64; ffmpeg at the size that came out."
        );
        report.Line("");
        report.Table(
            ["", "s", "MB", "SSIM"],
            [
                Row("Vigint", vigint, names[0]),
                Row("ffmpeg, two passes veryfast", twoPass, names[1]),
                Row("ffmpeg, one pass veryfast", onePass, names[2]),
            ]
        );
        report.AtMost("compressed size", MostMegabytes, Megabytes(ours), " MB");
        report.AtLeast("compressed size", 4.6, Megabytes(ours), " MB");
        report.AtMost("wall time ÷ ffmpeg two passes", 1.15, vigint.Median() / twoPass.Median());
        report.AtLeast("SSIM in thousandths − that of one pass", -2, 1000 * (similarity[names[0]] - similarity[names[2]]));
        report.AtMost("playing time off", 0.5, 100 * Math.Abs(Seconds(ours) / Seconds(source) - 1), " %");
        report.AtMost("memory of the server added (peak)", 40, peak - idle, " MB");

        string[] Row(string what, List<double> times, string name) =>
            [
                what,
                Figures.Text(times.Median()),
                Size(Path.Combine(folder, name)),
                similarity[name].ToString("0.0000", CultureInfo.InvariantCulture),
            ];
    }

    private static void Many(Report report, Paths paths, string folder)
    {
        var source = Path.Combine(folder, "short.mp4");
        Ffmpeg(
            "-f",
            "lavfi",
            "-i",
            "mandelbrot=size=1280x720:rate=25",
            "-t",
            "4",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-b:v",
            "6000k",
            "-pix_fmt",
            "yuv420p",
            source
        );
        var pair = StoredPair.Write(Path.Combine(folder, "videos"), "read", new Clip(10 * 1024 * 1024));
        using var server = VigintServer.StartReady(paths, folder);
        var before = Plays(server, pair, () => false, 3000);
        var idle = ProcessFigures.ResidentMegabytes(server.ProcessId);
        ProcessFigures.ForgetPeak(server.ProcessId);
        var (answered, uploads) = (0, 0);
        List<double> during = [];
        Figures.OnThreads(
            AtOnce + 2,
            number =>
            {
                if (number < AtOnce)
                {
                    Compress(server, source, 0.5);
                    Interlocked.Increment(ref answered);
                }
                else if (number == AtOnce)
                {
                    during = Plays(server, pair, () => Volatile.Read(ref answered) == AtOnce, int.MaxValue);
                }
                else
                {
                    using var connection = server.Connect();
                    for (; Volatile.Read(ref answered) < AtOnce; uploads++)
                        Load.Upload(connection, "beside", new Clip(1024 * 1024));
                }
            }
        );
        report.Line(
            $"{AtOnce} compress calls at once, while one plays 64 KB ranges ({during.Count}) and one uploads 1 MB clips ({uploads})."
        );
        report.Line("");
        report.Table(
            ["range of 64 KB", "median ms", "p99 ms"],
            [
                ["before", Figures.Text(before.Median()), Figures.Text(before.Percentile(0.99))],
                ["during", Figures.Text(during.Median()), Figures.Text(during.Percentile(0.99))],
            ]
        );
        report.AtLeast("compress calls answered", AtOnce, answered);
        report.AtMost("range during ten compress calls, median", 5, during.Median(), " ms");
        report.AtMost("memory of the server added by ten at once (peak)", 60, ProcessFigures.PeakMegabytes(server.ProcessId) - idle, " MB");
    }

    private static List<double> Plays(VigintServer server, StoredPair pair, Func<bool> isOver, int most)
    {
        using var connection = server.Connect();
        var times = new List<double>();
        while (!isOver() && times.Count < most)
            times.Add(1000 * Figures.Seconds(() => connection.Ask(Load.Range(pair, times.Count % 100 * 65_536L, RangeBytes))));
        return times;
    }

    private static byte[] Compress(VigintServer server, string source, double megabytes)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"), Timeout = TimeSpan.FromMinutes(10) };
        var json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"max_size_mb":{{megabytes}},"video_data":"{{Convert.ToBase64String(File.ReadAllBytes(source))}}"}"""
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/video/compress")
        {
            Content = new ByteArrayContent(Encoding.ASCII.GetBytes(json)),
        };
        request.Headers.Add("X-API-Key", VigintServer.Key);
        using var answer = client.Send(request);
        using var document = JsonDocument.Parse(answer.EnsureSuccessStatusCode().Content.ReadAsStream());
        return document.RootElement.GetProperty("video_data").GetBytesFromBase64();
    }

    private static void TwoPass(string source, string folder, string picture, string sound)
    {
        var log = Path.Combine(folder, "two");
        Ffmpeg(
            "-i",
            source,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-b:v",
            picture,
            "-pass",
            "1",
            "-passlogfile",
            log,
            "-an",
            "-f",
            "null",
            "/dev/null"
        );
        Ffmpeg(
            "-i",
            source,
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-b:v",
            picture,
            "-pass",
            "2",
            "-passlogfile",
            log,
            "-c:a",
            "aac",
            "-b:a",
            sound,
            "-movflags",
            "+faststart",
            Path.Combine(folder, "two.mp4")
        );
    }

    private static void Ffmpeg(params string[] arguments) => Tool.Output("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);

    private static double Similarity(string made, string source)
    {
        const string all = "All:";
        var said = Tool.Error(
            "ffmpeg",
            "-hide_banner",
            "-nostdin",
            "-i",
            made,
            "-i",
            source,
            "-lavfi",
            "[0:v][1:v]ssim",
            "-f",
            "null",
            "/dev/null"
        );
        return double.Parse(
            said[(said.LastIndexOf(all, StringComparison.Ordinal) + all.Length)..].Split(' ')[0],
            CultureInfo.InvariantCulture
        );
    }

    private static string Probe(string file, string stream, string entry) =>
        Tool.Output("ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", entry, "-of", "csv=p=0", file);

    private static double Seconds(string file) => double.Parse(Probe(file, "v", "format=duration"), CultureInfo.InvariantCulture);

    private static double Megabytes(string file) => new FileInfo(file).Length / Figures.Megabyte;

    private static string Size(string file) => Figures.Text(Megabytes(file));
}
