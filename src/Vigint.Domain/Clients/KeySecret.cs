using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vigint.Domain.Clients;

/// <summary>A client's key, shown once.</summary>
public sealed class KeySecret
{
    private const int RandomBytes = 32;

    private KeySecret(string text) => Text = text;

    /// <summary>43 characters that need no escaping in a header or an address (RFC 4648 §5).</summary>
    public string Text { get; }

    public static KeySecret New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));

    /// <summary>Says nothing, so that a key cannot slip into a log line.</summary>
    public override string ToString() => "(key)";
}

/// <summary>The SHA-256 of a key: all that is kept of one. The key is random, so it needs no salt and no slow hash.</summary>
/// <param name="Hex">64 lower-case hex digits.</param>
public sealed record KeyDigest(string Hex)
{
    public static KeyDigest Of(string key) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))));

    /// <summary>Compares in a time that does not tell how much is equal.</summary>
    public bool Is(KeyDigest other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hex), Encoding.ASCII.GetBytes(other.Hex));
}
