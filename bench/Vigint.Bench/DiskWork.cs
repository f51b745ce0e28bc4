using System.Diagnostics;
using System.Security.Cryptography;

namespace Vigint.Bench;

/// <summary>The bare work on the same disk.</summary>
internal static class DiskWork
{
    // What the server gets from a socket at a time.
    private const int Step = 64 * 1024;

    /// <summary>Writes, hashes and flushes; the baseline.</summary>
    public static void WriteHashFlush(Clip clip, string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        long offset = 0;
        foreach (var piece in clip.Pieces())
        {
            for (var at = 0; at < piece.Length; at += Step)
            {
                var step = piece.Span.Slice(at, Math.Min(Step, piece.Length - at));
                hash.AppendData(step);
                RandomAccess.Write(handle, step, offset);
                offset += step.Length;
            }
        }

        hash.GetHashAndReset();
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary><c>cat from > to</c>, then fsync; the start of a shell and two programs is part of it.</summary>
    public static void CatFlush(string from, string to)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "cat \"$1\" > \"$2\" && sync \"$2\"", "sh", from, to]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("cat failed");
    }
}
