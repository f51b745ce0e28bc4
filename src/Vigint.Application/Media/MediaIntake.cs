using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Application.Media;

/// <summary>Takes in what calls bring to be worked on: into scratch files, bounded like an upload.</summary>
public sealed class MediaIntake(IScratch scratch, StorageRoom room, UploadOptions upload)
{
    /// <param name="announcedBytes">The length of the call's body; null when the caller does not say.</param>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NoRoom"/>; <see cref="Refusal.TooMany"/> when the client has too much under way; <see cref="Refusal.TooLarge"/>
    /// when the body is, even as base64.
    /// </exception>
    public async Task<ReceivedMedia> OpenAsync(long? announcedBytes, RoomTaker taker, CancellationToken cancellationToken)
    {
        if (announcedBytes / 4 * 3 > upload.MaxBytes + UploadOptions.MostBesideTheVideo)
            throw VideoRefusals.TooLarge(upload.MaxBytes);
        var reservation = await room.ReserveAsync(announcedBytes ?? 0, taker, cancellationToken);
        try
        {
            return new ReceivedMedia(scratch.NewFolder(), reservation, upload.MaxBytes);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }
}

/// <summary>What one call brought, and room for what is made of it. Disposing removes all of it.</summary>
public sealed class ReceivedMedia(IScratchFolder folder, RoomReservation room, long mostBytes) : IDisposable
{
    private long receivedBytes;

    public IScratchFolder Folder => folder;

    /// <summary>Appends what came in.</summary>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.TooLarge"/> when all that came is more than an upload may be; <see cref="Refusal.NoRoom"/>.
    /// </exception>
    public void Append(IScratchFile to, ReadOnlySpan<byte> bytes)
    {
        receivedBytes += bytes.Length;
        if (receivedBytes > mostBytes)
            throw VideoRefusals.TooLarge(mostBytes);
        room.Use(bytes.Length);
        to.Append(bytes);
    }

    /// <summary>Counts a file that was made of what came, for as long as it is kept.</summary>
    public void CountMade(long bytes) => room.Use(bytes);

    public void Dispose()
    {
        try
        {
            folder.Dispose();
        }
        finally
        {
            room.Dispose();
        }
    }
}
