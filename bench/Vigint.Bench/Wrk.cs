using System.Globalization;

namespace Vigint.Bench;

/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record WrkFigures(double RequestsPerSecond, double P50, double P99, double MegabytesPerSecond);

/// <summary>Runs wrk, the load of many connections.</summary>
internal static class Wrk
{
    public const int Connections = 32;

    // One request per line of memory: making them while measuring would cost as much as the server.
    private const string Script = """
        local requests = {}
        local size, count = %SIZE%, %COUNT%
        function init(args)
          math.randomseed(7)
          for i = 1, 2000 do
            local headers = {}
            if count > 0 then
              local from = math.random(0, size - count)
              headers["Range"] = "bytes=" .. from .. "-" .. (from + count - 1)
            end
            requests[i] = wrk.format("GET", nil, headers)
          end
        end
        local at = 0
        function request()
          at = at % #requests + 1
          return requests[at]
        end
        function done(summary, latency)
          local e = summary.errors
          io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
            latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
        end
        """;

    /// <param name="countBytes">Of each range; 0 for the whole.</param>
    public static WrkFigures Run(Paths paths, int port, string address, long sizeBytes, int countBytes, int seconds)
    {
        var script = paths.At("wrk.lua");
        File.WriteAllText(
            script,
            Script
                .Replace("%SIZE%", sizeBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("%COUNT%", countBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        );
        var output = Tool.Output(
            "wrk",
            "-t1",
            $"-c{Connections}",
            $"-d{seconds}s",
            "--timeout",
            "20s",
            "-s",
            script,
            $"http://127.0.0.1:{port}{address}"
        );
        var line =
            output.Split('\n').FirstOrDefault(one => one.StartsWith("figures ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk failed: {output}");
        var figures = line.Split(' ').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (figures[5] > 0)
            throw new InvalidOperationException($"wrk saw errors: {output}");
        var duration = figures[1] / 1e6;
        return new WrkFigures(figures[0] / duration, figures[3] / 1000, figures[4] / 1000, figures[2] / duration / Figures.Megabyte);
    }
}
