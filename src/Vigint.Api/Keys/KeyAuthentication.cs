using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Vigint.Api.Http;
using Vigint.Api.Settings;
using Vigint.Application.Clients;
using Vigint.Domain.Clients;

namespace Vigint.Api.Keys;

/// <summary>
/// Accepts or refuses the key of a call, before any of its body is read. There is one scheme for each policy, of the same name: policies
/// differ in where the key may stand and in the words of a refusal.
/// </summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    CallerKeys keys,
    WrongKeys wrongKeys,
    KeyPlaces places
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <exception cref="Vigint.Domain.RefusedException">The key is wrong, or its address sent too many wrong ones.</exception>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Scheme.Name != Policies.Watcher || !places.NeedNoKey(Context))
        {
            if (places.KeyOf(Request, Scheme.Name) is not { } key)
                return AuthenticateResult.NoResult();
            await RequireRightAsync(key);
        }

        // Answers hold private links, and keys.
        Response.Headers.CacheControl = "no-store";
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => throw KeyRefusals.Missing(Scheme.Name);

    private async ValueTask RequireRightAsync(string key)
    {
        // Right keys never wait (contract §2), not after a start either, when none of them is familiar.
        if (
            !keys.IsFamiliar(key)
            && wrongKeys.FloodFrom(Context.Connection.RemoteIpAddress) is { } wait
            && !await keys.IsThereAsync(key, Context.RequestAborted)
        )
            throw ClientRefusals.TooManyWrongKeys(wait);
        if (await IsRightAsync(key))
            return;
        await wrongKeys.WaitAsync(Context.Connection.RemoteIpAddress, Context.RequestAborted);
        throw KeyRefusals.Wrong(Scheme.Name);
    }

    private async ValueTask<bool> IsRightAsync(string key)
    {
        if (Scheme.Name == Policies.Administrator)
            return keys.IsAdministrator(key);
        if (Scheme.Name == Policies.Watcher)
            return keys.IsOperator(key);
        if (await keys.FindAsync(key, Context.RequestAborted) is not { } caller)
            return false;
        Context.SetCaller(caller with { Origin = Context.Origin() });
        return true;
    }
}

/// <summary>Where a call may have its key.</summary>
internal sealed class KeyPlaces(KeyCheckOptions options, WatcherOptions watchers)
{
    private const string Bearer = "Bearer ";

    /// <summary>Whether the call comes from an address that watches this server without a key.</summary>
    public bool NeedNoKey(HttpContext context) => context.IsFromItsCaller() && watchers.Addresses.Hold(context.Connection.RemoteIpAddress);

    /// <param name="policy">One of <see cref="Policies"/>.</param>
    /// <returns>Null when there is none.</returns>
    public string? KeyOf(HttpRequest request, string policy)
    {
        if (
            policy is Policies.Administrator or Policies.Watcher
            && request.Headers["X-Admin-Key"].FirstOrDefault() is { Length: > 0 } admins
        )
            return admins;
        if (policy == Policies.Administrator)
            return null;

        // A bearer decides when it is there; an Authorization of another scheme is a proxy's business.
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

internal static class KeyServices
{
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        // Without AddAuthentication, which would write keys for cookies into the home folder.
        services.AddAuthenticationCore().AddWebEncoders().AddSingleton<KeyPlaces>();
        var schemes = new AuthenticationBuilder(services);
        foreach (var policy in Policies.All)
            schemes.AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(policy, displayName: null, configureOptions: null);
        return services.AddAuthorization(authorization =>
        {
            foreach (var policy in Policies.All)
                authorization.AddPolicy(policy, new AuthorizationPolicyBuilder(policy).RequireAuthenticatedUser().Build());
        });
    }
}
