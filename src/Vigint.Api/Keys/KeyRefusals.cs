using Vigint.Domain;

namespace Vigint.Api.Keys;

/// <summary>Every sentence with which a key is refused.</summary>
internal static class KeyRefusals
{
    /// <param name="policy">One of <see cref="Policies"/>.</param>
    public static RefusedException Missing(string policy) =>
        policy switch
        {
            Policies.Uploader => new(
                Refusal.KeyMissing,
                "key_missing",
                "Authorization header missing",
                "Send the key as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'"
            ),
            Policies.Administrator => new(
                Refusal.KeyMissing,
                "admin_key_missing",
                "Admin key required",
                "Send SECRET_KEY as 'X-Admin-Key: KEY'"
            ),
            _ => new(
                Refusal.KeyMissing,
                "key_missing",
                "API key required",
                "Send the key as 'X-API-Key: KEY' or 'Authorization: Bearer KEY'"
            ),
        };

    /// <param name="policy">One of <see cref="Policies"/>.</param>
    public static RefusedException Wrong(string policy) =>
        policy == Policies.Administrator
            ? new(Refusal.KeyWrong, "admin_key_wrong", "Invalid admin key", "It is the value of SECRET_KEY")
            : new(
                policy == Policies.Uploader ? Refusal.Forbidden : Refusal.KeyWrong,
                "key_wrong",
                "Invalid API key",
                "Check the key, or ask whoever runs this server for a new one"
            );
}
