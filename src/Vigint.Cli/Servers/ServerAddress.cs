namespace Vigint.Cli.Servers;

/// <summary>Addresses of servers as people give them.</summary>
internal static class ServerAddress
{
    /// <returns>With a slash at the end, so that paths can be put behind it; null when the text is no such address.</returns>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 }
            ? address
            : null;
}
