using System.Security.Cryptography;
using System.Text;
using Vigint.Application.Common;
using Vigint.Domain.Videos;

namespace Vigint.Application.Clients;

/// <param name="Secret"><c>SECRET_KEY</c>: operator and administrator.</param>
/// <param name="VideoStore"><c>SPARSE_AI_API_KEY</c>, else the same.</param>
/// <param name="Email"><c>EMAIL_TO</c>: where alerts of the operator's own key go; null when not set.</param>
public sealed record OperatorOptions(string Secret, string VideoStore, string? Email)
{
    public override string ToString() => "(secret)";
}

/// <summary>Finds out whose a key is (contract §2).</summary>
public sealed class CallerKeys(OperatorOptions options)
{
    private readonly Caller theOperator = new(0, "operator", options.Email, Video.OperatorOwner);

    // Hashes, so that keys of any length are compared in constant time.
    private readonly byte[][] operatorHashes = [HashOf(options.Secret), HashOf(options.VideoStore)];

    /// <returns>Null when the key is nobody's.</returns>
    public ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var hash = HashOf(key);
        var isOperators = false;
        foreach (var own in operatorHashes)
            isOperators |= CryptographicOperations.FixedTimeEquals(hash, own);
        return ValueTask.FromResult(isOperators ? theOperator : null);
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
