using System.Diagnostics.CodeAnalysis;

namespace Vigint.Domain;

/// <summary>File names that clients send. Where a file was on their side is nobody's business here.</summary>
public static class FileNames
{
    private const string Nameless = "_";

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>What stands after the last separator, of whichever system.</summary>
    /// <returns>Empty only for an empty name; null for none.</returns>
    [return: NotNullIfNotNull(nameof(sent))]
    public static string? LastSegment(string? sent)
    {
        if (string.IsNullOrEmpty(sent))
            return sent;
        var trimmed = sent.AsSpan().TrimEnd(Separators);
        var name = trimmed[(trimmed.LastIndexOfAny(Separators) + 1)..].Trim();
        return name is "" or "." or ".." ? Nameless : name.ToString();
    }
}
