namespace Vigint.Domain.Clients;

/// <summary>Every sentence with which a call about clients, or beyond a client's limits, is refused.</summary>
public static class ClientRefusals
{
    public static RefusedException NameAndEmailRequired() =>
        new(Refusal.Invalid, "name_and_email_required", "name and email required", "Send both as texts in the JSON body");

    public static RefusedException UnusableName(string member, int longest) =>
        new(Refusal.Invalid, "name_invalid", $"{member} must be a text of at most {longest} characters without line breaks");

    public static RefusedException UnusableEmail() =>
        new(Refusal.Invalid, "email_invalid", "email is not an address", "Send one address such as shop@example.org");

    public static RefusedException EmailInUse() =>
        new(
            Refusal.Invalid,
            "email_in_use",
            "email is already in use by another client",
            "Add a key to that client, or choose another address"
        );

    public static RefusedException UnusableExpiry() =>
        new(Refusal.Invalid, "key_expiry_invalid", "expires_at must be a time to come, such as 2027-01-31T12:00:00, in UTC");

    public static RefusedException UnusableLimit(string member, string bounds) =>
        new(Refusal.Invalid, "client_limit_invalid", $"{member} must be {bounds}, or null for no limit");

    public static RefusedException UnknownClient(int id) =>
        new(Refusal.NotFound, "client_not_found", $"Client {id} not found", "GET /admin/clients lists them");

    public static RefusedException UnknownKey(int id) =>
        new(Refusal.NotFound, "key_not_found", $"Key {id} not found", "GET /admin/clients lists the keys of each client");

    // Of an upload under way too, so it holds no digits.
    public static RefusedException Erased() =>
        new(Refusal.Forbidden, "client_erased", "The client was erased", "Nothing is stored for it any more");

    public static RefusedException BeingErased(int id) =>
        new(
            Refusal.Conflict,
            "client_being_erased",
            $"Client {id} is being erased",
            $"Its keys are gone; DELETE /admin/clients/{id} again brings it to its end"
        );

    /// <param name="mails">In the outbox folder.</param>
    public static RefusedException NotWhollyErased(int id, int videos, int mails) =>
        new(
            Refusal.Unavailable,
            "client_not_wholly_erased",
            $"Client {id} is not wholly erased: {videos} of its videos and {mails} of its mails cannot be deleted",
            "The server's log says which and why; put that right and send the call again, it goes on from here"
        )
        {
            Figures = new Dictionary<string, long> { ["videos_left"] = videos, ["mails_left"] = mails },
        };

    public static RefusedException TooManyWrongKeys(TimeSpan wait) =>
        new(Refusal.TooMany, "wrong_key_limit_reached", "Too many wrong keys came from this address", "Check the key")
        {
            RetryAfter = wait,
        };

    // Limits. Those of an upload hold no digits, for old clients search the text for status numbers.

    public static RefusedException TooManyUploads(int limit, TimeSpan wait) =>
        new(
            Refusal.TooMany,
            "upload_rate_exceeded",
            "Too many uploads: this client's limit of uploads per minute is used up",
            "Try again after the time in Retry-After"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_uploads_per_minute"] = limit, ["frees_in_seconds"] = Seconds(wait) },
            RetryAfter = wait,
        };

    /// <param name="limitBytes">Most that the client may have announced, sent and kept at once.</param>
    public static RefusedException TooMuchAtOnce(long limitBytes, long freeBytes, TimeSpan wait) =>
        new(
            Refusal.TooMany,
            "concurrent_upload_limit_reached",
            "Too much at once: what this client's other calls send and keep leaves no room for this one",
            "Try again after the time in Retry-After"
        )
        {
            Figures = new Dictionary<string, long>
            {
                ["limit_bytes"] = limitBytes,
                ["free_bytes"] = Math.Max(0, freeBytes),
                ["frees_in_seconds"] = Seconds(wait),
            },
            RetryAfter = wait,
        };

    /// <param name="freeBytes">Null when it does not matter, for the video is larger than the limit.</param>
    /// <param name="wait">Until the next of the client's videos ends; null when waiting does not help.</param>
    public static RefusedException StorageUsedUp(long limitBytes, long? freeBytes, TimeSpan? wait)
    {
        var figures = new Dictionary<string, long> { ["limit_bytes"] = limitBytes };
        if (freeBytes is { } free)
            figures["free_bytes"] = Math.Max(0, free);
        if (wait is { } time)
            figures["frees_in_seconds"] = Seconds(time);
        return new RefusedException(
            Refusal.NoRoom,
            "client_storage_full",
            "Storage limit reached: this client's videos would take more than was agreed for it; delete some, or wait until one expires"
        )
        {
            Figures = figures,
            RetryAfter = wait,
        };
    }

    private static long Seconds(TimeSpan wait) => (long)Math.Ceiling(wait.TotalSeconds);
}
