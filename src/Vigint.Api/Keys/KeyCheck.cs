using Vigint.Api.Http;
using Vigint.Api.Settings;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Clients;

namespace Vigint.Api.Keys;

/// <summary>What a call needs to be answered (contract §2).</summary>
internal enum KeyKind
{
    /// <summary>Nothing; what the call shows must be fit for everybody, or guarded by a link's token.</summary>
    None,

    /// <summary>An operator's or a client's key.</summary>
    Caller,

    /// <summary>The same, with the words of the old video store.</summary>
    Uploader,

    /// <summary>The administrator's, in its own header.</summary>
    Administrator,

    /// <summary>
    /// An operator's in any header; none from the addresses of <see cref="WatcherOptions"/>. The call is nobody's in the usage.
    /// </summary>
    Watcher,
}

/// <summary>Says what an action needs; every action says it, a test sees to that.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsAttribute(KeyKind kind) : Attribute
{
    public KeyKind Kind { get; } = kind;
}

/// <summary>Refuses a call without a right key before any of its body is read, and tells the rest on whose behalf it is made.</summary>
internal static class KeyCheck
{
    private const string Bearer = "Bearer ";

    private static readonly object CallerItem = new();

    public static IApplicationBuilder UseKeyCheck(this IApplicationBuilder app)
    {
        var keys = app.ApplicationServices.GetRequiredService<CallerKeys>();
        var wrongKeys = app.ApplicationServices.GetRequiredService<WrongKeys>();
        var options = app.ApplicationServices.GetRequiredService<KeyCheckOptions>();
        var watchers = app.ApplicationServices.GetRequiredService<WatcherOptions>();
        return app.Use(
            (context, next) =>
                context.GetEndpoint()?.Metadata.GetMetadata<NeedsAttribute>() is { Kind: not KeyKind.None } needs
                    ? CheckAsync(context, needs.Kind, next)
                    : next(context)
        );

        async Task CheckAsync(HttpContext context, KeyKind kind, RequestDelegate next)
        {
            if (kind != KeyKind.Watcher || !context.IsFromItsCaller() || !watchers.Addresses.Hold(context.Connection.RemoteIpAddress))
                await RequireKeyAsync(context, kind);

            // Answers hold private links, and keys.
            context.Response.Headers.CacheControl = "no-store";
            await next(context);
        }

        async ValueTask RequireKeyAsync(HttpContext context, KeyKind kind)
        {
            var key = PresentedKey(context.Request, kind, options) ?? throw KeyRefusals.Missing(kind);
            if (await IsAcceptedAsync(context, kind, key))
                return;
            await wrongKeys.WaitAsync(context.Connection.RemoteIpAddress, context.RequestAborted);
            throw KeyRefusals.Wrong(kind);
        }

        async ValueTask<bool> IsAcceptedAsync(HttpContext context, KeyKind kind, string key)
        {
            // Right keys never wait (contract §2), not after a start either, when none of them is familiar.
            if (
                !keys.IsFamiliar(key)
                && wrongKeys.FloodFrom(context.Connection.RemoteIpAddress) is { } wait
                && !await keys.IsThereAsync(key, context.RequestAborted)
            )
                throw ClientRefusals.TooManyWrongKeys(wait);
            if (kind == KeyKind.Administrator)
                return keys.IsAdministrator(key);
            if (kind == KeyKind.Watcher)
                return keys.IsOperator(key);
            if (await keys.FindAsync(key, context.RequestAborted) is not { } caller)
                return false;
            context.Items[CallerItem] = caller with { Origin = context.Origin() };
            return true;
        }
    }

    /// <summary>On whose behalf the call is made.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.CallerOrNull() ?? throw new InvalidOperationException("This action needs a caller and is not marked so.");

    public static Caller? CallerOrNull(this HttpContext context) =>
        context.Items.TryGetValue(CallerItem, out var caller) ? (Caller?)caller : null;

    // A bearer decides when it is there; an Authorization of another scheme is a proxy's business.
    private static string? PresentedKey(HttpRequest request, KeyKind kind, KeyCheckOptions options)
    {
        if (kind is KeyKind.Administrator or KeyKind.Watcher && request.Headers["X-Admin-Key"].FirstOrDefault() is { Length: > 0 } admins)
            return admins;
        if (kind == KeyKind.Administrator)
            return null;

        foreach (var value in request.Headers.Authorization)
        {
            if (value is not null && $"{value} ".StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
                return value[(Bearer.Length - 1)..].Trim();
        }

        if (request.Headers["X-API-Key"].FirstOrDefault() is { Length: > 0 } header)
            return header;
        return options.AllowQueryKey && request.Query["api_key"].FirstOrDefault() is { Length: > 0 } query ? query : null;
    }
}

/// <summary>Every sentence with which a key is refused.</summary>
internal static class KeyRefusals
{
    public static RefusedException Missing(KeyKind kind) =>
        kind switch
        {
            KeyKind.Uploader => new(
                Refusal.KeyMissing,
                "Authorization header missing",
                "Send the key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"
            ),
            KeyKind.Administrator => new(Refusal.KeyMissing, "Admin key required", "Send SECRET_KEY as 'X-Admin-Key: KEY'"),
            _ => new(Refusal.KeyMissing, "API key required", "Send the key as 'X-API-Key: KEY' or 'Authorization: Bearer KEY'"),
        };

    public static RefusedException Wrong(KeyKind kind) =>
        kind == KeyKind.Administrator
            ? new(Refusal.KeyWrong, "Invalid admin key", "It is the value of SECRET_KEY")
            : new(
                kind == KeyKind.Uploader ? Refusal.Forbidden : Refusal.KeyWrong,
                "Invalid API key",
                "Check the key, or ask whoever runs this server for a new one"
            );
}
