using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>
/// What this kernel can forbid a program that reads a hostile file (docs/decisions/0017-ffmpeg-sandbox.md): Landlock leaves it the files
/// that it needs, seccomp takes sockets and what looks into other processes from it.
/// </summary>
/// <param name="LandlockVersion">Of landlock(7); 0 without it.</param>
/// <param name="HasSeccomp">Whether filters of system calls can be set.</param>
internal sealed record Sandbox(int LandlockVersion, bool HasSeccomp)
{
    // From <linux/landlock.h>.
    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeFile = 1 << 8;
    private const ulong Truncate = 1 << 14;
    private const int VersionWithTruncate = 3;
    private const int PathBeneath = 1;

    /// <summary>Programs and libraries; no data and no settings.</summary>
    private static readonly string[] SystemFolders =
    [
        "/usr/bin",
        "/usr/lib",
        "/usr/lib32",
        "/usr/lib64",
        "/usr/libexec",
        "/usr/local/bin",
        "/usr/local/lib",
        "/bin",
        "/lib",
        "/lib32",
        "/lib64",
        "/nix/store",
        "/gnu/store",
    ];

    // What the loader and libraries look at when they begin: where libraries are, and how many processors there are.
    private static readonly string[] ReadByAll =
    [
        "/etc/ld.so.cache",
        "/etc/ld.so.preload",
        "/dev/urandom",
        "/dev/zero",
        "/sys/devices/system/cpu",
        "/sys/devices/system/node",
    ];

    public bool HasLandlock => LandlockVersion > 0;

    // All that this version knows to forbid to files, so that what is not allowed below is forbidden.
    private ulong KnownRights =>
        LandlockVersion switch
        {
            1 => (1 << 13) - 1,
            2 => (1 << 14) - 1,
            3 or 4 => (1 << 15) - 1,
            _ => (1 << 16) - 1,
        };

    /// <summary>Asks the kernel, and tells the log once what holds.</summary>
    public static Sandbox OfThisKernel(ILogger logger)
    {
        var asked = new Sandbox(
            (int)Math.Max(0, LinuxCalls.Syscall(LinuxCalls.LandlockCreateRuleset, 0, 0, LinuxCalls.LandlockVersion)),
            SeccompFilter.IsKnownHere
        );
        var found = asked with
        {
            LandlockVersion = asked.HasLandlock && SandboxedStart.Holds(asked with { HasSeccomp = false }) ? asked.LandlockVersion : 0,
            HasSeccomp = asked.HasSeccomp && SandboxedStart.Holds(asked with { LandlockVersion = 0 }),
        };
        if (found is { HasLandlock: true, HasSeccomp: true })
            logger.Sandboxed(found.LandlockVersion);
        else
            logger.HalfSandboxed(
                found.HasLandlock ? found.LandlockVersion.ToString(CultureInfo.InvariantCulture) : "not there",
                found.HasSeccomp ? "there" : "not there"
            );
        return found;
    }

    /// <summary>What a program may touch, as the kernel takes it.</summary>
    /// <param name="programs">Files that are started, and folders with their libraries.</param>
    /// <exception cref="IOException">The kernel refuses it.</exception>
    public unsafe SafeFileHandle NewRuleset(Reach reach, IEnumerable<string> programs)
    {
        const int versionWithNetwork = 4;
        const int versionWithScopes = 6;
        var attribute = new Ruleset
        {
            Files = KnownRights,
            Network = LandlockVersion >= versionWithNetwork ? 3UL : 0, // bind and connect by TCP
            Scopes = LandlockVersion >= versionWithScopes ? 3UL : 0, // abstract sockets, and signals to others
        };
        var size =
            LandlockVersion >= versionWithScopes ? 24
            : LandlockVersion >= versionWithNetwork ? 16
            : 8;
        var descriptor = LinuxCalls.Syscall(LinuxCalls.LandlockCreateRuleset, (nint)(&attribute), size, 0);
        if (descriptor < 0)
            throw LinuxCalls.LastError("landlock_create_ruleset");
        var ruleset = new SafeFileHandle((nint)descriptor, ownsHandle: true);
        try
        {
            foreach (var path in SystemFolders.Concat(programs))
                Allow(ruleset, path, ReadFile | ReadFolder | Execute);
            foreach (var path in ReadByAll.Concat(reach.Reads))
                Allow(ruleset, path, ReadFile | ReadFolder);
            foreach (var path in reach.Writes)
                Allow(ruleset, path, ReadFile | ReadFolder | WriteFile | MakeFile | RemoveFile | Truncate);
            Allow(ruleset, "/dev/null", ReadFile | WriteFile | Truncate);
            return ruleset;
        }
        catch
        {
            ruleset.Dispose();
            throw;
        }
    }

    // What is not there needs no rule: the program will not find it either.
    private unsafe void Allow(SafeFileHandle ruleset, string path, ulong rights)
    {
        const ulong ofFiles = ReadFile | WriteFile | Execute | Truncate;
        var descriptor = LinuxCalls.Open(path, LinuxCalls.PathOnly | LinuxCalls.CloseOnExec);
        if (descriptor < 0)
            return;
        using var opened = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!Directory.Exists(path))
            rights &= ofFiles;
        if (LandlockVersion < VersionWithTruncate)
            rights &= ~Truncate;
        var rule = new Rule { Rights = rights, Folder = descriptor };
        if (LinuxCalls.Syscall(LinuxCalls.LandlockAddRule, ruleset.DangerousGetHandle(), PathBeneath, (nint)(&rule)) != 0)
            throw LinuxCalls.LastError("landlock_add_rule");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Ruleset
    {
        public ulong Files;
        public ulong Network;
        public ulong Scopes;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rule
    {
        public ulong Rights;
        public int Folder;
    }
}
