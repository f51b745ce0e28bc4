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
    public static string Text(double value) => value switch
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

    /// <summary>Runs the work on as many threads and waits for all; what one throws is thrown.</summary>
    public static void OnThreads(int count, Action<int> work)
    {
        Exception? trouble = null;
        var threads = Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            try
            {
                work(number);
            }
            catch (Exception exception)
            {
                trouble = exception;
            }
        }, maxStackSize: 256 * 1024)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (trouble is not null)
            throw new InvalidOperationException("the load failed", trouble);
    }
}
