namespace Vigint.Domain.Storage;

/// <summary>Every sentence with which a storage call is refused.</summary>
public static class StorageRefusals
{
    public static RefusedException UnusableAge() => new(Refusal.Invalid, "max_age_hours must be a number, 0 or more",
        "Nothing was deleted");

    public static RefusedException UnknownType() => new(Refusal.Invalid, "type must be one of old, all, monitor",
        "Nothing was deleted");
}
