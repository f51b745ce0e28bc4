using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>System calls for which neither .NET nor the C library has a name, and those that start a program.</summary>
internal static unsafe partial class LinuxCalls
{
    // The same numbers on every processor.
    public const int LandlockCreateRuleset = 444;
    public const int LandlockAddRule = 445;
    public const int LandlockRestrictSelf = 446;
    public const int LandlockVersion = 1;

    public const int ReadOnly = 0;
    public const int PathOnly = 0x200000;
    public const int CloseOnExec = 0x80000;
    public const int KillSignal = 9;

    public static IOException LastError(string call) => Error(call, Marshal.GetLastPInvokeError());

    public static IOException Error(string call, int number) => new($"{call}: {new Win32Exception(number).Message}", number);

    public static nint Syscall(nint number, nint first, nint second, nint third) => SyscallNative(number, first, second, third, 0);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* into, nint count);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint OnSignal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SyscallNative(nint number, nint first, nint second, nint third, nint fourth);
}
