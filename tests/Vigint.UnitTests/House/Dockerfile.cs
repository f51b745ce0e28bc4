using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

/// <summary>The instructions of <c>deploy/Dockerfile</c>.</summary>
internal sealed class Dockerfile
{
    private readonly List<(string Word, string Text)> instructions;

    public Dockerfile()
    {
        var lines = string.Join('\n', File.ReadLines(Repository.At("deploy", "Dockerfile")).Where(line => !line.StartsWith('#')));
        instructions =
        [
            .. lines
                .Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', 2))
                .Select(parts => (parts[0], parts[1].Trim())),
        ];
    }

    /// <summary>What is copied from the repository, by its path there.</summary>
    public IReadOnlyList<string> Copied =>
        [
            .. All("COPY")
                .Where(text => !text.StartsWith("--from", StringComparison.Ordinal))
                .SelectMany(text => text.Split(' ')[..^1])
                .Select(path => path.TrimEnd('/')),
        ];

    /// <summary>The variables of the image that is run.</summary>
    public IReadOnlyDictionary<string, string> Variables =>
        Last("ENV")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What an instruction was given for the last time.</summary>
    public string Last(string word) => All(word).Last();

    public bool Has(string word) => All(word).Any();

    private IEnumerable<string> All(string word) => instructions.Where(one => one.Word == word).Select(one => one.Text);
}
