namespace Vigint.Domain.Storage;

/// <summary>Every sentence with which a storage call is refused.</summary>
public static class StorageRefusals
{
    public static RefusedException UnusableAge() =>
        new(Refusal.Invalid, "max_age_invalid", "max_age_hours must be a number, 0 or more", "Nothing was deleted");

    public static RefusedException UnknownType() =>
        new(Refusal.Invalid, "cleanup_type_invalid", "type must be one of old, all, monitor", "Nothing was deleted");

    /// <summary>A clean-up would miss what is not in the index yet.</summary>
    /// <param name="found">How many videos the folder has; 0 while they are being counted.</param>
    public static RefusedException NotTakenIn(int done, int found, TimeSpan wait) =>
        new(
            Refusal.Unavailable,
            "storage_scan_running",
            $"The storage folder is still being taken in: {done} of {found} videos",
            "Nothing was deleted; try again a little later"
        )
        {
            RetryAfter = wait,
            Figures = new Dictionary<string, long> { ["taken_in"] = done, ["found"] = found },
        };

    public static RefusedException ClockInDoubt() =>
        new(
            Refusal.Unavailable,
            "clock_in_doubt",
            "The server's clock is in doubt",
            "Nothing was deleted, for nobody knows what is old. Check the time of the server and confirm it (vigint storage "
                + "confirm-clock, or POST /admin/storage/confirm-clock); "
                + "it goes on without that when the system says that its clock is synchronized, or after a day"
        )
        {
            RetryAfter = TimeSpan.FromMinutes(5),
        };
}
