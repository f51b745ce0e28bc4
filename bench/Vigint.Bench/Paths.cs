namespace Vigint.Bench;

/// <param name="root">Of the repository.</param>
internal sealed class Paths(string root)
{
    public string Work { get; } = Path.Combine(root, "bench", "work");

    public string Results { get; } = Path.Combine(root, "bench", "RESULTS.md");

    public string ServerDll { get; } = Path.Combine(root, "src", "Vigint.Api", "bin", "Release", "net10.0", "Vigint.Api.dll");

    public string At(string name) => Path.Combine(Work, name);

    public string NewFolder(string name)
    {
        var path = At(name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return path;
    }

    public void Clear()
    {
        foreach (var folder in Directory.GetDirectories(Work))
            Directory.Delete(folder, recursive: true);
    }
}
