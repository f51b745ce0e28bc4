using Vigint.Application.Common;

namespace Vigint.Api.Keys;

/// <summary>On whose behalf a call is made, once its key has been accepted.</summary>
internal static class RequestCaller
{
    private static readonly object Item = new();

    public static Caller Caller(this HttpContext context) =>
        context.CallerOrNull() ?? throw new InvalidOperationException("This action needs a caller and has no policy for one.");

    /// <returns>Null for a call without a key, and for an administrator's.</returns>
    public static Caller? CallerOrNull(this HttpContext context) =>
        context.Items.TryGetValue(Item, out var caller) ? (Caller?)caller : null;

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Item] = caller;
}
