using System.Diagnostics;
using System.Globalization;

namespace Vigint.Bench;

internal static class Figures
{
    public const double Megabyte = 1024 * 1024;

    public static double Median(this IReadOnlyCollection<double> values) => values.Percentile(0.5);

    public static double Percentile(this IReadOnlyCollection<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }

    /// <summary>Three digits that mean something.</summary>
    public static string Text(double value) =>
        value switch
        {
            >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
            _ => value.ToString("0.00", CultureInfo.InvariantCulture),
        };

    public static double Seconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Makes a call again and again on as many connections at once.</summary>
    /// <param name="calls">On each of them.</param>
    /// <returns>The milliseconds of each call.</returns>
    public static List<double> Times(int atOnce, int calls, Func<Connection> connect, Action<Connection> call)
    {
        var times = new List<double>();
        OnThreads(
            atOnce,
            _ =>
            {
                using var connection = connect();
                for (var i = 0; i < calls; i++)
                {
                    var time = 1000 * Seconds(() => call(connection));
                    lock (times)
                        times.Add(time);
                }
            }
        );
        return times;
    }

    /// <summary>Runs the work on as many threads and waits for all; what one throws is thrown.</summary>
    public static void OnThreads(int count, Action<int> work)
    {
        Exception? trouble = null;
        var threads = Enumerable
            .Range(0, count)
            .Select(number => new Thread(
                () =>
                {
                    try
                    {
                        work(number);
                    }
                    catch (Exception exception)
                    {
                        trouble = exception;
                    }
                },
                maxStackSize: 256 * 1024
            ))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (trouble is not null)
            throw new InvalidOperationException("the load failed", trouble);
    }
}
