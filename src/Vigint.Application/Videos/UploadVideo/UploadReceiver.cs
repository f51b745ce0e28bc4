using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>Receives the form of an upload: the clip becomes a draft on the disk, and the texts beside it stay small.</summary>
internal sealed class UploadReceiver(IVideoFolder folder, VideoFinder finder, StorageRoom room, UploadPace pace, UploadOptions upload)
{
    private const int MostFieldBytes = 1024;

    /// <returns>The caller disposes, which removes the draft unless it was stored.</returns>
    /// <exception cref="Domain.RefusedException">
    /// The client uploads too often, the form is malformed, or there is no room. Nothing is left behind.
    /// </exception>
    public async Task<ReceivedUpload> ReceiveAsync(Caller caller, IUploadForm form, CancellationToken cancellationToken)
    {
        pace.RequireUpload(caller);
        if (form.AnnouncedBytes > upload.MaxBytes + UploadOptions.MostBesideTheVideo)
            throw VideoRefusals.TooLarge(upload.MaxBytes);

        ClientRoom.RequireLimitAbove(caller, (form.AnnouncedBytes ?? 0) - UploadOptions.MostBesideTheVideo);
        var reservation = await room.ReserveAsync(form.AnnouncedBytes ?? 0, RoomTaker.Of(caller), cancellationToken);
        var received = new ReceivedUpload(reservation);
        try
        {
            while (await form.NextAsync(cancellationToken) is { } part)
                await TakeAsync(part, received, caller, reservation, cancellationToken);
            reservation.RequireRoom();
            return received;
        }
        catch
        {
            received.Dispose();
            throw;
        }
    }

    private async Task TakeAsync(
        UploadPart part,
        ReceivedUpload received,
        Caller caller,
        RoomReservation reservation,
        CancellationToken cancellationToken
    )
    {
        switch (part)
        {
            case { Name: "video", FileName: "" }:
                throw VideoRefusals.NoSelectedFile();
            case { Name: "video", FileName: not null }:
                if (received.Draft is not null)
                    throw VideoRefusals.SecondVideoPart();

                // What is known to be wrong by now is not worth receiving a film for.
                if (received.MetadataText is not null && !await MayStoreAsync(received.Metadata.VideoId, caller, cancellationToken))
                    throw VideoRefusals.AnotherOwners(received.Metadata.VideoId);
                received.FileName = part.FileName;
                received.Draft = await folder.ReceiveAsync(part.Body, upload.MaxBytes, reservation.Use, cancellationToken);
                break;
            case { Name: "metadata" }:
                received.MetadataText ??= await TextAsync(part, ClipMetadata.MostBytes, cancellationToken);
                break;
            case { Name: "expiration_hours" }:
                received.HoursText ??= await TextAsync(part, MostFieldBytes, cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task<bool> MayStoreAsync(VideoId id, Caller caller, CancellationToken cancellationToken) =>
        await finder.FindAsync(id, scope: null, cancellationToken) is not { } stored || caller.MayReplace(stored);

    private static async Task<string> TextAsync(UploadPart part, int mostBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await part.Body.ReadAsync(cancellationToken);
            if (read.Buffer.Length > mostBytes)
                throw part.Name == "metadata"
                    ? VideoRefusals.InvalidMetadata("The part 'metadata' is larger than a megabyte")
                    : VideoRefusals.FieldTooLong(part.Name, mostBytes);
            if (!read.IsCompleted)
            {
                part.Body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var text = LenientText.Decode(read.Buffer);
            part.Body.AdvanceTo(read.Buffer.End);
            return text;
        }
    }
}

/// <summary>An upload that has come, with the room that is set aside for it until it is stored.</summary>
internal sealed class ReceivedUpload(RoomReservation reservation) : IDisposable
{
    private ClipMetadata? metadata;

    public IVideoDraft? Draft { get; set; }

    public string? FileName { get; set; }

    public string? MetadataText { get; set; }

    public string? HoursText { get; set; }

    /// <summary>Without the part it is as if it were empty, which has no video_id.</summary>
    public ClipMetadata Metadata => metadata ??= ClipMetadata.Parse(MetadataText ?? "{}");

    public void Dispose()
    {
        Draft?.Dispose();
        reservation.Dispose();
    }
}
