namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Puts right what a crash left in the temporary area. One upload may leave there up to four files with the same stem:
/// <c>X.mp4</c> the draft, <c>X.json</c> its sidecar, <c>X.old.mp4</c> and <c>X.old.json</c> second names of what it replaces.
/// Which of them exist tells how far it had come (see <see cref="Installation"/>). Work on media leaves nothing that is worth keeping.
/// </summary>
internal static class CrashRecovery
{
    public static void Run(StorageFolder folder)
    {
        foreach (var work in Directory.EnumerateDirectories(folder.WorkPath))
            Directory.Delete(work, recursive: true);
        var names = Directory.EnumerateFiles(folder.IncomingPath).Select(path => Path.GetFileName(path)!).ToHashSet(StringComparer.Ordinal);
        foreach (var stem in names.Select(Installation.StemOf).Distinct().ToList())
            PutRight(folder, stem, names);
        foreach (var name in names)
            File.Delete(folder.Incoming(name));
        if (names.Count > 0)
            folder.Flush();
    }

    private static void PutRight(StorageFolder folder, string stem, HashSet<string> names)
    {
        // The old bytes were put back, and perhaps not yet their sidecar.
        if (names.Contains(Installation.OldSidecarName(stem)) && !names.Contains(Installation.OldBytesName(stem)))
            Restore(folder, Installation.OldSidecarName(stem), names);
        // The new bytes were renamed and their sidecar was not: it follows.
        else if (names.Contains(Installation.SidecarName(stem)) && !names.Contains(Installation.DraftName(stem)))
            Restore(folder, Installation.SidecarName(stem), names);
    }

    private static void Restore(StorageFolder folder, string sidecar, HashSet<string> names)
    {
        // Only a sidecar of this server's own gets here, and it names its video.
        if (SidecarFile.IdOf(folder.Incoming(sidecar)) is not { } id)
            return;
        File.Move(folder.Incoming(sidecar), folder.Sidecar(id), overwrite: true);
        names.Remove(sidecar);
    }
}
