using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// Which server the contract is held against: one that runs somewhere, named by <c>VIGINT_CONTRACT_URL</c> and
/// <c>VIGINT_CONTRACT_KEY</c>, or without these one in this process.
/// </summary>
internal static class ContractTarget
{
    public static Uri? Address { get; } =
        Environment.GetEnvironmentVariable("VIGINT_CONTRACT_URL") is { Length: > 0 } url ? new Uri(url, UriKind.Absolute) : null;

    public static bool IsElsewhere => Address is not null;

    /// <summary>The operator's.</summary>
    public static string Key =>
        !IsElsewhere ? VigintServer.Key
        : Environment.GetEnvironmentVariable("VIGINT_CONTRACT_KEY") is { Length: > 0 } key ? key
        : throw new InvalidOperationException("VIGINT_CONTRACT_URL is set, so VIGINT_CONTRACT_KEY must be too.");
}
