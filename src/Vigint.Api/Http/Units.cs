namespace Vigint.Api.Http;

/// <summary>Sizes on the wire: binary megabytes and gigabytes with a few decimals, as the old servers computed them.</summary>
internal static class Units
{
    private const double BytesPerMegabyte = 1024 * 1024;
    private const double BytesPerGigabyte = 1024 * BytesPerMegabyte;

    public static long Bytes(double megabytes) => (long)(megabytes * BytesPerMegabyte);

    public static double Megabytes(long bytes) => Math.Round(bytes / BytesPerMegabyte, 2);

    /// <summary>A tenth of a minute is as much as anybody asks for.</summary>
    public static double Hours(TimeSpan time) => Math.Round(time.TotalHours, 2);

    public static double Gigabytes(long bytes) => Math.Round(bytes / BytesPerGigabyte, 3);
}
