using System.Security.Cryptography;
using System.Text;

namespace Vigint.Domain.Videos;

/// <summary>
/// What a private link carries: the first 32 hex digits of SHA-256 over <c>VIDEO_ID:EXPIRATION:KEY</c> (contract §3, tokens).
/// </summary>
public sealed class AccessToken
{
    private const int Digits = 32;

    private readonly byte[] ascii;

    private AccessToken(string text)
    {
        Text = text;
        ascii = Encoding.ASCII.GetBytes(text);
    }

    /// <summary>32 lower-case hex digits. A secret: it opens the video.</summary>
    public string Text { get; }

    /// <param name="expirationText">The very string recorded for the video, or the one a client wrote into its metadata.</param>
    public static AccessToken For(VideoId id, string expirationText, string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{id.Text}:{expirationText}:{key}"));
        return new AccessToken(Convert.ToHexStringLower(hash.AsSpan(0, Digits / 2)));
    }

    /// <summary>Compares as text, in a time that does not tell how much of it is right.</summary>
    public bool Is(string presented)
    {
        if (presented.Length != Digits || !Ascii.IsValid(presented))
            return false;

        Span<byte> other = stackalloc byte[Digits];
        Encoding.ASCII.GetBytes(presented, other);
        return CryptographicOperations.FixedTimeEquals(other, ascii);
    }

    /// <summary>Says nothing, so that a token cannot slip into a log line.</summary>
    public override string ToString() => "(token)";
}
