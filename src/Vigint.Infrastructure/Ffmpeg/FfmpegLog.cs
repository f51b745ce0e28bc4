using Microsoft.Extensions.Logging;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Everything the ffmpeg adapters log. Event ids 1350–1399; never a path.</summary>
internal static partial class FfmpegLog
{
    [LoggerMessage(1350, LogLevel.Information, "{Program} ended with {ExitCode}: {Errors}")]
    public static partial void Failed(this ILogger logger, FfmpegProgram program, int exitCode, string errors);

    [LoggerMessage(1351, LogLevel.Information, "ffmpeg {Version} is here")]
    public static partial void Found(this ILogger logger, string version);

    [LoggerMessage(1352, LogLevel.Warning, "What ffmpeg says of itself cannot be read")]
    public static partial void CannotBeRead(this ILogger logger, Exception exception);

    [LoggerMessage(1353, LogLevel.Information, "ffmpeg runs in a sandbox: Landlock {LandlockVersion} for files, seccomp for sockets")]
    public static partial void Sandboxed(this ILogger logger, int landlockVersion);

    [LoggerMessage(
        1354,
        LogLevel.Warning,
        "ffmpeg runs in no whole sandbox: Landlock is {Landlock}, seccomp {Seccomp}; docs/operations.md says what that leaves open"
    )]
    public static partial void HalfSandboxed(this ILogger logger, string landlock, string seccomp);
}
