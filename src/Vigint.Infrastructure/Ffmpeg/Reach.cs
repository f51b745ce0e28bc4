namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>What a run of ffmpeg may touch besides the programs and libraries of the system.</summary>
/// <param name="Reads">Files, and folders with numbered pictures.</param>
/// <param name="Writes">Folders in which it makes files.</param>
internal sealed record Reach(IReadOnlyList<string> Reads, IReadOnlyList<string> Writes)
{
    private const string Protocol = "file:";

    public static Reach Nothing { get; } = new([], []);

    /// <summary>
    /// What a command line names: the inputs may be read, and the folders of the outputs written. So nothing can be read that the command
    /// line does not name, and no new argument is forgotten here.
    /// </summary>
    public static Reach Of(IReadOnlyList<string> arguments)
    {
        var (reads, writes) = (new List<string>(), new List<string>());
        for (var at = 0; at < arguments.Count; at++)
        {
            var before = at == 0 ? "" : arguments[at - 1];
            if (before == "-passlogfile")
                writes.Add(Path.GetDirectoryName(arguments[at])!);
            else if (arguments[at].StartsWith(Protocol, StringComparison.Ordinal) && arguments[at][Protocol.Length..] is var path)
            {
                if (before == "-i")
                    reads.Add(File.Exists(path) ? path : FolderOfPictures(path));
                else
                    writes.Add(Path.GetDirectoryName(path)!);
            }
        }

        return new Reach(reads, writes);
    }

    // In the pattern of numbered pictures a percent sign is doubled.
    private static string FolderOfPictures(string pattern) => Path.GetDirectoryName(pattern)!.Replace("%%", "%", StringComparison.Ordinal);
}
