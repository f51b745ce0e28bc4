using Vigint.Application.Common;

namespace Vigint.Application.Storage;

/// <summary>Who receives bytes, and for what.</summary>
/// <param name="Owner">Null for the server's own work.</param>
/// <param name="IsAlert">Alerts are counted apart, so that a client's other calls never cost an alert its clip.</param>
/// <param name="IsBounded">Whether all that is under way for it has a ceiling.</param>
public readonly record struct RoomTaker(string? Owner, bool IsAlert, bool IsBounded)
{
    public static RoomTaker Server => default;

    public static RoomTaker Of(Caller caller) => new(caller.Owner, IsAlert: false, IsBounded: !caller.IsOperator);

    public static RoomTaker OfAlert(Caller caller) => Of(caller) with { IsAlert = true };
}
