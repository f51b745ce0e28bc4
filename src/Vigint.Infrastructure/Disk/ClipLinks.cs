using Microsoft.Win32.SafeHandles;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Where symbolic links in a folder of clips may lead: into the folder, and into those that the operator listed (<c>VIDEO_LINK_DIRS</c>).
/// </summary>
/// <param name="folder">With the clips; it may be a link itself, as may those above it.</param>
/// <param name="others">Absolute; each may be a link, and need not be there.</param>
public sealed class ClipLinks(string folder, IReadOnlyList<string> others)
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "VIDEO_LINK_DIRS";

    /// <returns>
    /// Folders with commas between them; null when one of them is not absolute, or is the root, from where everything could be reached.
    /// </returns>
    public static IReadOnlyList<string>? Parse(string text)
    {
        var folders = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return folders.All(one => Path.IsPathRooted(one) && Path.GetFullPath(one) != "/") ? [.. folders.Select(Path.GetFullPath)] : null;
    }

    /// <summary>Opens a clip or what lies beside it, to read it.</summary>
    /// <returns>Null when it is not there or is refused.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal SafeFileHandle? Open(string path, out RegularFile.Refusal refusal) => RegularFile.Open(path, MayLeadTo, out refusal);

    /// <summary>Why a file is not used, without a path.</summary>
    /// <param name="what">Such as <c>its video file</c>.</param>
    internal static string WhyNot(string what, RegularFile.Refusal refusal) =>
        refusal == RegularFile.Refusal.LeadsOut
            ? $"{what} is a symbolic link that leads out of the storage folder ({Setting} lists the folders that links may lead to)"
            : $"{what} is no regular file";

    private bool MayLeadTo(string target)
    {
        // What the server keeps in hidden folders is no clip yet, or no longer.
        if (RealPathOf(folder) is { } own && IsWithin(target, own))
            return !target[own.Length..].Contains("/.", StringComparison.Ordinal);
        return others.Any(other => RealPathOf(other) is { } real && IsWithin(target, real));
    }

    private static bool IsWithin(string target, string folder) => target.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal);

    // Asked whenever a link is followed, which is seldom: a disk may be mounted later than the server starts.
    private static string? RealPathOf(string folder)
    {
        using var handle = Posix.Open(folder, Posix.PathOnly, out _);
        return handle is null ? null : RegularFile.PathOf(handle);
    }
}
