namespace Vigint.Domain;

/// <summary>Every sentence with which a call is refused because of the database.</summary>
public static class DatabaseRefusals
{
    public static RefusedException Full() =>
        new(Refusal.NoRoom, "database_full", "Disk full: the database cannot grow", "Delete old videos or enlarge the disk");

    public static RefusedException Away(TimeSpan wait) =>
        new(Refusal.Unavailable, "database_unavailable", "The database cannot be used at the moment", "Try again a little later")
        {
            RetryAfter = wait,
        };
}
