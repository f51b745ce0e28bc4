using System.Runtime.InteropServices;

namespace Vigint.Api;

/// <summary>
/// Keeps other programs of the same user out of this process: what they would find in <c>/proc/PID/environ</c> and <c>/proc/PID/mem</c> are
/// keys (docs/decisions/0017-ffmpeg-sandbox.md).
/// </summary>
internal static partial class ProcessSecrecy
{
    private const int SetDumpable = 4;

    /// <summary>
    /// From now on only root looks into it, and a crash leaves no core file. A kernel that refuses this is none that .NET runs on.
    /// </summary>
    public static void Begin() => _ = Prctl(SetDumpable, 0, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nint first, nint second, nint third, nint fourth);
}
