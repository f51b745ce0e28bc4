using Processor = System.Runtime.InteropServices.Architecture;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>The filter of system calls that a sandboxed program runs under (seccomp(2)): classic BPF over the number of the call.</summary>
internal static class SeccompFilter
{
    // From <linux/bpf_common.h> and <linux/seccomp.h>.
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;
    private const uint NumberOfCall = 0;
    private const uint Architecture = 4;
    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint RefuseNotPermitted = 0x00050000 | 1;

    // Numbers of the x32 calls begin here: the same calls by another door.
    private const uint OtherDoor = 0x40000000;

    /// <summary>
    /// Calls that decoding a file never needs: sockets (and io_uring, which opens them too), a look into other processes, keys of the
    /// kernel, name spaces, and what has had many holes. By <c>asm/unistd.h</c> of each processor.
    /// </summary>
    private static readonly (string Name, uint X64, uint Arm64)[] Refused =
    [
        ("socket", 41, 198),
        ("socketpair", 53, 199),
        ("connect", 42, 203),
        ("bind", 49, 200),
        ("listen", 50, 201),
        ("io_uring_setup", 425, 425),
        ("ptrace", 101, 117),
        ("process_vm_readv", 310, 270),
        ("process_vm_writev", 311, 271),
        ("pidfd_getfd", 438, 438),
        ("add_key", 248, 217),
        ("request_key", 249, 218),
        ("keyctl", 250, 219),
        ("unshare", 272, 97),
        ("setns", 308, 268),
        ("mount", 165, 40),
        ("open_by_handle_at", 304, 265),
        ("bpf", 321, 280),
        ("perf_event_open", 298, 241),
        ("userfaultfd", 323, 282),
    ];

    /// <summary>Whether the numbers of the calls are known for this processor.</summary>
    public static bool IsKnownHere =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is Processor.X64 or Processor.Arm64;

    /// <summary>The instructions, eight bytes each.</summary>
    public static ulong[] Instructions(Processor processor)
    {
        var isX64 = processor == Processor.X64;
        const uint auditX64 = 0xC000003E;
        const uint auditArm64 = 0xC00000B7;
        var calls = Refused.Select(call => isX64 ? call.X64 : call.Arm64).ToList();
        var instructions = new List<ulong>
        {
            Instruction(LoadWord, Architecture),
            Instruction(JumpIfEqual, isX64 ? auditX64 : auditArm64, whenTrue: 1),
            Instruction(Return, KillProcess),
            Instruction(LoadWord, NumberOfCall),
            // From each, over those that follow and the permission, to the refusal.
            Instruction(JumpIfAtLeast, OtherDoor, whenTrue: (byte)(calls.Count + 1)),
        };
        for (var at = 0; at < calls.Count; at++)
            instructions.Add(Instruction(JumpIfEqual, calls[at], whenTrue: (byte)(calls.Count - at)));
        instructions.Add(Instruction(Return, Allow));
        instructions.Add(Instruction(Return, RefuseNotPermitted));
        return [.. instructions];
    }

    // struct sock_filter, little-endian.
    private static ulong Instruction(ushort code, uint value, byte whenTrue = 0) => code | ((ulong)whenTrue << 16) | ((ulong)value << 32);
}
