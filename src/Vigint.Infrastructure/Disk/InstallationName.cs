using Vigint.Application.Alerts;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// Kept in the storage folder, which belongs to one process at a time: whoever has the folder has the name. A server that never sends an
/// alert leaves no file for it.
/// </summary>
internal sealed class InstallationName(StorageFolder folder) : IInstallationName
{
    private const string FileName = ".installation";

    // 32 hex digits.
    private const int Length = 32;

    private readonly Lazy<string> text = new(() => ReadOrMake(Path.Combine(folder.Path, FileName), folder));

    public string Text => text.Value;

    private static string ReadOrMake(string path, StorageFolder folder)
    {
        if (RegularFile.ReadText(path)?.Trim() is { Length: Length } known)
            return known;
        var made = Guid.NewGuid().ToString("N");
        var beside = folder.Incoming($"{made}.name");
        NewFile.Write(beside, System.Text.Encoding.ASCII.GetBytes(made));
        File.Move(beside, path, overwrite: true);
        folder.Flush();
        return made;
    }
}
