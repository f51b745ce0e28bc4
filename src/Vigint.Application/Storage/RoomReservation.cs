namespace Vigint.Application.Storage;

/// <summary>The room of one call under way, and of what is kept of it.</summary>
public sealed class RoomReservation : IDisposable
{
    // The disk is asked again after this much, not for every few kilobytes.
    private const long AskEvery = 4L * 1024 * 1024;

    private readonly StorageRoom room;
    private long askAt;

    internal RoomReservation(StorageRoom room, RoomTaker taker, long expectedBytes, long at)
    {
        this.room = room;
        Taker = taker;
        PromiseLeft = expectedBytes;
        BeganAt = LastCameAt = at;
    }

    internal RoomTaker Taker { get; }

    // What follows is the room's to change, under its lock.

    internal long Received { get; set; }

    /// <summary>What was announced and has not come.</summary>
    internal long PromiseLeft { get; set; }

    /// <summary>As the clock counts.</summary>
    internal long BeganAt { get; }

    /// <summary>When the last bytes came, as the clock counts.</summary>
    internal long LastCameAt { get; set; }

    /// <summary>To be told before each write.</summary>
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.NoRoom"/> when the disk has filled up meanwhile; <see cref="Domain.Refusal.TooMany"/> when the client has
    /// too much under way.
    /// </exception>
    public void Use(long bytes)
    {
        var received = room.Receive(this, bytes);
        if (received < askAt)
            return;
        askAt = received + AskEvery;
        room.RequireShare(Taker);
        RequireRoom();
    }

    /// <summary>To be asked once more when all has arrived.</summary>
    /// <exception cref="Domain.RefusedException"><see cref="Domain.Refusal.NoRoom"/> when it does not fit after all.</exception>
    public void RequireRoom() => room.RequireRoom();

    public void Dispose() => room.Release(this);
}
