using System.Globalization;
using System.Text;

namespace Vigint.Bench;

/// <summary>What Vigint adds to a model that answers in 200 ms: to the time of a call, and to its memory.</summary>
internal static class AnalyzeSection
{
    private const int AtOnce = 16;
    private const int Calls = 40; // of each; all begin together, and it takes some until they no longer come at one moment
    private const int WarmUpCalls = 40; // code that is not yet optimised takes twice as long
    private const int RestMilliseconds = 5000;
    private const int SmallBytes = 5 * 1024 * 1024;
    private const long LargeBytes = 300L * 1024 * 1024;

    private static int made;

    public static Task RunAsync(Report report, Paths paths)
    {
        using var model = new PlayedModel();
        var folder = paths.NewFolder("analyze");
        using var server = VigintServer.Start(
            paths,
            folder,
            ("GOOGLE_API_KEY", "bench-google-key-0123456789"),
            ("GEMINI_BASE_URL", $"http://127.0.0.1:{model.Port}")
        );
        server.UntilHealthy("\"finished\"");
        Run(server, AtOnce, WarmUpCalls, new Clip(SmallBytes));
        Pause.Milliseconds(RestMilliseconds);
        var idle = ProcessFigures.ResidentMegabytes(server.ProcessId);

        report.Section("Analyze");
        report.Line(
            $"Calls with a clip of 5 MB (multipart) while a model answers each question in {PlayedModel.AnswerMilliseconds} ms; "
                + $"\"straight\" is the same clip as base64 sent to that model without Vigint."
        );
        report.Line("");
        var rows = new List<string[]>();
        var added = new Dictionary<int, double>();
        var peak = 0.0;
        foreach (var atOnce in new[] { 1, 4, AtOnce })
        {
            ProcessFigures.ForgetPeak(server.ProcessId);
            var straight = Straight(model, atOnce);
            var cpu = ProcessFigures.CpuSeconds(server.ProcessId);
            var vigint = Run(server, atOnce, Calls, new Clip(SmallBytes));
            cpu = (ProcessFigures.CpuSeconds(server.ProcessId) - cpu) / vigint.Count * 1000;
            peak = ProcessFigures.PeakMegabytes(server.ProcessId);
            added[atOnce] = vigint.Median() - straight.Median();
            rows.Add([
                atOnce.ToString(CultureInfo.InvariantCulture),
                Figures.Text(straight.Median()),
                Figures.Text(vigint.Median()),
                Figures.Text(vigint.Percentile(0.99)),
                Figures.Text(added[atOnce]),
                Figures.Text(cpu),
            ]);
        }

        report.Table(
            ["at once", "straight, median ms", "Vigint, median ms", "Vigint, p99 ms", "added ms", "Vigint's processor time per call, ms"],
            rows
        );
        report.AtMost($"added by Vigint to the median of {AtOnce} calls at once", 15, added[AtOnce], " ms");
        report.AtMost($"memory of the server added by {AtOnce} at once (peak)", 60, peak - idle, " MB");

        Pause.Milliseconds(RestMilliseconds);
        var before = ProcessFigures.ResidentMegabytes(server.ProcessId);
        ProcessFigures.ForgetPeak(server.ProcessId);
        Run(server, 1, 1, new Clip(LargeBytes));
        report.AtMost(
            "memory of the server added by a clip of 300 MB (peak)",
            40,
            ProcessFigures.PeakMegabytes(server.ProcessId) - before,
            " MB"
        );
        return Task.CompletedTask;
    }

    private static List<double> Run(VigintServer server, int atOnce, int calls, Clip clip) =>
        Figures.Times(atOnce, calls, server.Connect, connection => Load.Analyze(connection, clip, Interlocked.Increment(ref made)));

    private static List<double> Straight(PlayedModel model, int atOnce)
    {
        var body = Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[SmallBytes]));
        var head = Connection.Head("POST", "/v1beta/models/bench:generateContent", $"Content-Length: {body.Length}\r\n");
        return Figures.Times(atOnce, Calls, () => new Connection(model.Port), connection => connection.Ask(head, body));
    }
}
