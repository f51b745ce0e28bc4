using Microsoft.Extensions.Logging;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>Everything the storage folder logs. Event ids 1150–1169; never a path.</summary>
internal static partial class DiskLog
{
    [LoggerMessage(1150, LogLevel.Warning, "Video {VideoId} is not opened: {Why}; it is left as it is")]
    public static partial void NotOpened(this ILogger logger, VideoId videoId, string why);
}
