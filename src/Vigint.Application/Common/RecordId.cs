using System.Globalization;
using System.Security.Cryptography;

namespace Vigint.Application.Common;

/// <summary>
/// Names rows that are written later than they are made. The names sort by time, and those of one process and one millisecond by
/// the order in which they were made, which a version 7 UUID does not promise.
/// </summary>
public static class RecordId
{
    private static readonly string Process = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private static uint made;

    /// <returns>32 lower-case hex digits: milliseconds since 1970, the number within the process, the process.</returns>
    public static string Next(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():x12}{Interlocked.Increment(ref made):x8}{Process}");
}
