namespace Vigint.TestSupport;

/// <summary>A folder that is there for one test and gone after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vigint-test-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Every file below, relative and sorted; not the record of the clock, which every server keeps beside the videos.</summary>
    public IReadOnlyList<string> Files(params string[] below)
    {
        var root = At(below);
        return !Directory.Exists(root)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                    .Where(file => System.IO.Path.GetFileName(file) != ".clock")
                    .Select(file => System.IO.Path.GetRelativePath(root, file))
                    .Order(StringComparer.Ordinal),
            ];
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
