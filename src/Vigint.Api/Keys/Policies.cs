using Microsoft.AspNetCore.Authorization;

namespace Vigint.Api.Keys;

/// <summary>
/// What a call needs to be answered (contract §2), as the names of policies for <see cref="AuthorizeAttribute"/>. A call that needs nothing
/// has <see cref="AllowAnonymousAttribute"/>: what it shows must be fit for everybody, or guarded by the token of a link. Every action has
/// exactly one of them; a test sees to that.
/// </summary>
internal static class Policies
{
    /// <summary>An operator's or a client's key.</summary>
    public const string Caller = "Caller";

    /// <summary>The same, with the words of the old video store.</summary>
    public const string Uploader = "Uploader";

    /// <summary>The administrator's key, in its own header.</summary>
    public const string Administrator = "Administrator";

    /// <summary>
    /// An operator's key in any header, or none from the addresses of <see cref="Settings.WatcherOptions"/>. The call counts in nobody's
    /// usage.
    /// </summary>
    public const string Watcher = "Watcher";

    public static IReadOnlyList<string> All { get; } = [Caller, Uploader, Administrator, Watcher];

    /// <returns>The policy of an endpoint; null when it needs no key.</returns>
    public static string? Of(IEnumerable<object> metadata) => metadata.OfType<IAuthorizeData>().LastOrDefault()?.Policy;
}
