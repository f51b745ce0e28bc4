namespace Vigint.Application.Common;

/// <summary>Splits long work into short steps, because others wait for each step.</summary>
internal static class Batches
{
    /// <summary>Small enough to be over in some milliseconds where a row is deleted alone.</summary>
    public const int OfRows = 2000;

    /// <summary>Alerts each may bring some hundred attempts along.</summary>
    public const int OfAlerts = 100;

    /// <param name="stepAsync">Given how many are to be done at once, tells how many were: fewer when there are no more.</param>
    /// <returns>How many were done.</returns>
    public static async Task<int> DoAllAsync(int size, Func<int, Task<int>> stepAsync)
    {
        var all = 0;
        while (true)
        {
            var done = await stepAsync(size);
            all += done;
            if (done < size)
                return all;
        }
    }
}
