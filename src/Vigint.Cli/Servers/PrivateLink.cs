namespace Vigint.Cli.Servers;

/// <summary>What stands in a private link, of whichever server.</summary>
/// <param name="Address">The whole link: a secret.</param>
/// <param name="Token">Null when there is none in it.</param>
internal sealed record PrivateLink(Uri Address, string Id, string? Token)
{
    private const string VideoPath = "/video/";
    private const string TokenParameter = "token=";

    /// <returns>Null when the text is no link to a video.</returns>
    public static PrivateLink? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return null;
        var at = address.AbsolutePath.LastIndexOf(VideoPath, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var token = address
            .Query.TrimStart('?')
            .Split('&')
            .FirstOrDefault(pair => pair.StartsWith(TokenParameter, StringComparison.Ordinal));
        return new PrivateLink(
            address,
            Uri.UnescapeDataString(address.AbsolutePath[(at + VideoPath.Length)..]),
            token is null ? null : Uri.UnescapeDataString(token[TokenParameter.Length..])
        );
    }

    /// <summary>
    /// The same link, asking for the bytes as uploaded: what a Vigint server gives without is what browsers play. Older servers do not look
    /// at it. It stands in front, for the first of two counts, and leaves what the link says itself as it is.
    /// </summary>
    public static Uri ToOriginal(Uri link) =>
        new($"{link.GetLeftPart(UriPartial.Path)}?original=1{(link.Query.Length > 1 ? $"&{link.Query[1..]}" : "")}");

    // There is a token in it.
    public override string ToString() => Id;
}
