using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>
/// Starts a program from a thread that has put itself into the sandbox. Landlock and seccomp hold for a thread and what it starts, so the
/// server is not restricted. On such a thread nothing of .NET may run, for the runtime starts threads of its own when it likes, and they
/// would be restricted for ever: it makes system calls by addresses that were looked up before, and ends.
/// </summary>
internal static unsafe class SandboxedStart
{
    private const int LittleStack = 256 * 1024;

    private static readonly nint Library = NativeLibrary.GetMainProgramHandle();
    private static readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint> SystemCall = (delegate* unmanaged<
        nint,
        nint,
        nint,
        nint,
        nint,
        nint,
        nint>)Named("syscall");
    private static readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> Prctl = (delegate* unmanaged<
        nint,
        nint,
        nint,
        nint,
        nint,
        int>)Named("prctl");
    private static readonly delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> Spawn = (delegate* unmanaged<
        int*,
        byte*,
        void*,
        void*,
        byte**,
        byte**,
        int>)Named("posix_spawn");
    private static readonly delegate* unmanaged<int, int, void*, int, int> WaitForEnd = (delegate* unmanaged<
        int,
        int,
        void*,
        int,
        int>)Named("waitid");
    private static readonly delegate* unmanaged<int, void*, nint, nint> Write = (delegate* unmanaged<int, void*, nint, nint>)Named("write");
    private static readonly delegate* unmanaged<int*> Errno = (delegate* unmanaged<int*>)Named("__errno_location");

    /// <summary>What the thread is given and what it gives back, out of reach of the garbage collector.</summary>
    private struct Order
    {
        public delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint> SystemCall;
        public delegate* unmanaged<nint, nint, nint, nint, nint, int> Prctl;
        public delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> Spawn;
        public delegate* unmanaged<int, int, void*, int, int> WaitForEnd;
        public delegate* unmanaged<int, void*, nint, nint> Write;
        public delegate* unmanaged<int*> Errno;

        /// <summary>Of the rules of Landlock; less than 0 without.</summary>
        public int Ruleset;

        /// <summary>A <c>struct sock_fprog</c>; null without.</summary>
        public void* Filter;

        /// <summary>Null to only try the restrictions.</summary>
        public byte* Path;

        public byte** Arguments;
        public byte** Surroundings;
        public void* Actions;
        public void* Attributes;

        /// <summary>Where the end of the start is told, one byte.</summary>
        public int Told;

        public int Process;
        public int Trouble;
        public fixed long Information[16];
    }

    /// <summary>Whether a thread can be restricted so. Tried, for a container may refuse what the kernel has.</summary>
    public static bool Holds(Sandbox sandbox)
    {
        using var memory = new Memory();
        using var ruleset = sandbox.HasLandlock ? sandbox.NewRuleset(Reach.Nothing, []) : null;
        var order = NewOrder(memory, sandbox, ruleset);
        RunOnThread(order).Join();
        return order->Trouble == 0;
    }

    /// <summary>Starts the program, and blocks until it has ended.</summary>
    /// <param name="path">Of the first program, absolute.</param>
    /// <param name="arguments">From the program's own name on.</param>
    /// <param name="started">Told as soon as it runs.</param>
    /// <exception cref="IOException">It cannot be started, or the kernel refuses a restriction that it took when it was tried.</exception>
    public static void Run(
        Sandbox sandbox,
        SafeFileHandle? ruleset,
        string path,
        IEnumerable<string> arguments,
        int output,
        int errors,
        Action<int> started
    )
    {
        using var memory = new Memory();
        var order = NewOrder(memory, sandbox, ruleset);
        order->Path = memory.Text(path);
        order->Arguments = memory.Texts(arguments);
        order->Surroundings = memory.Texts([]);
        order->Actions = memory.Actions(output, errors);
        order->Attributes = memory.Attributes();
        var ends = stackalloc int[2];
        if (LinuxCalls.Pipe(ends, LinuxCalls.CloseOnExec) != 0)
            throw LinuxCalls.LastError("pipe2");
        var thread = default(Thread);
        try
        {
            order->Told = ends[1];
            thread = RunOnThread(order);
            byte told;
            while (LinuxCalls.Read(ends[0], &told, 1) < 0)
            {
                // Interrupted by a signal.
            }

            if (order->Trouble != 0)
                throw LinuxCalls.Error("start", order->Trouble);
            started(order->Process);
        }
        finally
        {
            // It ends with the program: should it end before, the kernel would end the program.
            thread?.Join();
            _ = LinuxCalls.Close(ends[0]);
            _ = LinuxCalls.Close(ends[1]);
        }
    }

    private static Thread RunOnThread(Order* order)
    {
        var thread = new Thread(() => Obey(order), LittleStack) { IsBackground = true, Name = "ffmpeg sandbox" };
        thread.UnsafeStart();
        return thread;
    }

    // Compiled once and for all before it runs, so that not even the compiler has a reason to start a thread from here.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Obey(Order* order)
    {
        const int noNewPrivileges = 38;
        const int setSeccomp = 22;
        const int filterMode = 2;
        const int byProcess = 1;
        const int ended = 4;
        const int leaveToWaitpid = 0x01000000;
        const int interrupted = 4;
        if (
            order->Prctl(noNewPrivileges, 1, 0, 0, 0) != 0
            || (order->Ruleset >= 0 && order->SystemCall(LinuxCalls.LandlockRestrictSelf, order->Ruleset, 0, 0, 0, 0) != 0)
            || (order->Filter != null && order->Prctl(setSeccomp, filterMode, (nint)order->Filter, 0, 0) != 0)
        )
            order->Trouble = *order->Errno();
        else if (order->Path != null)
            order->Trouble = order->Spawn(
                &order->Process,
                order->Path,
                order->Actions,
                order->Attributes,
                order->Arguments,
                order->Surroundings
            );
        if (order->Path == null)
            return;

        byte told = 0;
        _ = order->Write(order->Told, &told, 1);
        if (order->Trouble != 0)
            return;
        while (
            order->WaitForEnd(byProcess, order->Process, order->Information, ended | leaveToWaitpid) != 0 && *order->Errno() == interrupted
        )
        {
            // A signal to the server.
        }
    }

    private static Order* NewOrder(Memory memory, Sandbox sandbox, SafeFileHandle? ruleset)
    {
        var order = (Order*)memory.Take((nuint)sizeof(Order));
        order->SystemCall = SystemCall;
        order->Prctl = Prctl;
        order->Spawn = Spawn;
        order->WaitForEnd = WaitForEnd;
        order->Write = Write;
        order->Errno = Errno;
        order->Ruleset = ruleset is null ? -1 : (int)ruleset.DangerousGetHandle();
        order->Filter = sandbox.HasSeccomp ? memory.Filter(SeccompFilter.Instructions(RuntimeInformation.ProcessArchitecture)) : null;
        return order;
    }

    private static nint Named(string name) => NativeLibrary.GetExport(Library, name);

    /// <summary>Pieces of memory that the kernel and the C library read, until it is disposed.</summary>
    private sealed class Memory : IDisposable
    {
        // More than any C library's posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t.
        private const nuint RoomForOpaque = 1024;

        private const short NewGroup = 2;
        private const short DefaultSignals = 4;
        private const short NoSignalsHeldBack = 8;

        private readonly List<nint> pieces = [];
        private void* actions;
        private void* attributes;

        public void* Take(nuint bytes)
        {
            var piece = NativeMemory.AllocZeroed(bytes);
            pieces.Add((nint)piece);
            return piece;
        }

        public byte* Text(string text)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            var copy = (byte*)Take((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(copy, bytes.Length));
            return copy;
        }

        public byte** Texts(IEnumerable<string> texts)
        {
            string[] all = [.. texts];
            var list = (byte**)Take((nuint)(all.Length + 1) * (nuint)sizeof(byte*));
            for (var at = 0; at < all.Length; at++)
                list[at] = Text(all[at]);
            return list;
        }

        public void* Filter(ulong[] instructions)
        {
            var copy = (ulong*)Take((nuint)instructions.Length * sizeof(ulong));
            instructions.CopyTo(new Span<ulong>(copy, instructions.Length));
            var program = (nint*)Take((nuint)sizeof(nint) * 2);
            program[0] = instructions.Length;
            program[1] = (nint)copy;
            return program;
        }

        /// <summary>Nothing to read, two pipes to write to, and no other file of the server's.</summary>
        public void* Actions(int output, int errors)
        {
            actions = Take(RoomForOpaque);
            ((delegate* unmanaged<void*, int>)Named("posix_spawn_file_actions_init"))(actions);
            ((delegate* unmanaged<void*, int, byte*, int, uint, int>)Named("posix_spawn_file_actions_addopen"))(
                actions,
                0,
                Text("/dev/null"),
                LinuxCalls.ReadOnly,
                0
            );
            var duplicate = (delegate* unmanaged<void*, int, int, int>)Named("posix_spawn_file_actions_adddup2");
            duplicate(actions, output, 1);
            duplicate(actions, errors, 2);

            // What the runtime opens is closed for others anyway; this is for what a library may open otherwise.
            if (NativeLibrary.TryGetExport(Library, "posix_spawn_file_actions_addclosefrom_np", out var closeFrom))
                ((delegate* unmanaged<void*, int, int>)closeFrom)(actions, 3);
            return actions;
        }

        /// <summary>
        /// A group of its own, so that it is ended with what it started, and signals as usual: the runtime ignores SIGPIPE.
        /// </summary>
        public void* Attributes()
        {
            attributes = Take(RoomForOpaque);
            var signals = Take(RoomForOpaque);
            ((delegate* unmanaged<void*, int>)Named("posix_spawnattr_init"))(attributes);
            ((delegate* unmanaged<void*, short, int>)Named("posix_spawnattr_setflags"))(
                attributes,
                NewGroup | DefaultSignals | NoSignalsHeldBack
            );
            ((delegate* unmanaged<void*, void*, int>)Named("posix_spawnattr_setsigmask"))(attributes, signals);
            ((delegate* unmanaged<void*, int>)Named("sigfillset"))(signals);
            ((delegate* unmanaged<void*, void*, int>)Named("posix_spawnattr_setsigdefault"))(attributes, signals);
            return attributes;
        }

        public void Dispose()
        {
            if (actions != null)
                ((delegate* unmanaged<void*, int>)Named("posix_spawn_file_actions_destroy"))(actions);
            if (attributes != null)
                ((delegate* unmanaged<void*, int>)Named("posix_spawnattr_destroy"))(attributes);
            foreach (var piece in pieces)
                NativeMemory.Free((void*)piece);
        }
    }
}
