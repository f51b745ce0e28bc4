namespace Vigint.Domain.Storage;

/// <summary>Every sentence with which a storage call is refused.</summary>
public static class StorageRefusals
{
    public static RefusedException UnusableAge() => new(Refusal.Invalid, "max_age_hours must be a number, 0 or more",
        "Nothing was deleted");

    public static RefusedException UnknownType() => new(Refusal.Invalid, "type must be one of old, all, monitor",
        "Nothing was deleted");

    public static RefusedException ClockInDoubt() => new(Refusal.Unavailable, "The server's clock is in doubt",
        "Nothing was deleted, for nobody knows what is old. Check the time of the server and confirm it (vigint storage confirm-clock, or POST /admin/storage/confirm-clock); "
        + "it goes on without that when the system says that its clock is synchronized, or after a day")
    {
        RetryAfter = TimeSpan.FromMinutes(5),
    };
}
