using Microsoft.Extensions.Logging;

namespace Vigint.Application.Media;

/// <summary>Everything the media use cases log. Event ids 1300–1349.</summary>
public static partial class MediaLog
{
    [LoggerMessage(1300, LogLevel.Information, "Compressed a clip for {Client}: {OriginalBytes} to {FinalBytes} bytes, {Width}x{Height}")]
    public static partial void Compressed(this ILogger logger, string client, long originalBytes, long finalBytes, int width, int height);

    [LoggerMessage(
        1301,
        LogLevel.Information,
        "Made a video for {Client} of {Frames} frames, {Failed} more could not be read: {Width}x{Height}"
    )]
    public static partial void Created(this ILogger logger, string client, int frames, int failed, int width, int height);
}
