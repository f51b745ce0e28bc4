using Microsoft.Extensions.Logging;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Everything the ffmpeg adapters log. Event ids 1300–1399; never a path.</summary>
internal static partial class FfmpegLog
{
    [LoggerMessage(1300, LogLevel.Information, "{Program} ended with {ExitCode}: {Errors}")]
    public static partial void Failed(this ILogger logger, FfmpegProgram program, int exitCode, string errors);

    [LoggerMessage(1301, LogLevel.Information, "ffmpeg {Version} is here")]
    public static partial void Found(this ILogger logger, string version);
}
