namespace Vigint.Application.Common;

/// <summary>File names that clients send. Where a file was on their side is nobody's business here.</summary>
public static class FileNames
{
    private const string Nameless = "_";

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>What stands after the last separator, of whichever system.</summary>
    /// <returns>Empty only for an empty name.</returns>
    public static string LastSegment(string sent)
    {
        if (sent.Length == 0)
            return sent;
        var trimmed = sent.AsSpan().TrimEnd(Separators);
        var name = trimmed[(trimmed.LastIndexOfAny(Separators) + 1)..].Trim();
        return name is "" or "." or ".." ? Nameless : name.ToString();
    }
}
