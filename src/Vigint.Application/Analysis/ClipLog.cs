using Microsoft.Extensions.Logging;

namespace Vigint.Application.Analysis;

/// <summary>What is logged of the clips and frames that wait to be analysed. Event ids 1550–1599.</summary>
public static partial class ClipLog
{
    [LoggerMessage(1550, LogLevel.Information, "{Client} has a new current clip: {SizeBytes} bytes, {Frames} frames")]
    public static partial void ClipKept(this ILogger logger, string client, long sizeBytes, int frames);

    [LoggerMessage(1551, LogLevel.Information, "{Client} began to buffer frames; it has {Buffers} buffers now")]
    public static partial void BufferBegun(this ILogger logger, string client, int buffers);
}
