using System.Globalization;
using System.Text;
using MediatR;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>Stores a clip and hands out its private link (contract §3, upload).</summary>
public sealed record UploadVideoCommand(Caller Caller, IUploadForm Form) : IRequest<UploadedVideo>;

public sealed record UploadedVideo(Video Video, AccessToken Token);

internal sealed class UploadVideoHandler(
    NewVideos videos, IVideoFolder folder, StorageRoom room, UploadPace pace, UploadOptions upload, RetentionOptions retention, TokenKey key)
    : IRequestHandler<UploadVideoCommand, UploadedVideo>
{
    private const int MostFieldBytes = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<UploadedVideo> Handle(UploadVideoCommand request, CancellationToken cancellationToken)
    {
        var form = request.Form;
        pace.RequireUpload(request.Caller);
        if (form.AnnouncedBytes > upload.MaxBytes + UploadOptions.MostBesideTheVideo)
            throw VideoRefusals.TooLarge(upload.MaxBytes);

        ClientRoom.RequireLimitAbove(request.Caller, (form.AnnouncedBytes ?? 0) - UploadOptions.MostBesideTheVideo);
        using var reservation = await room.ReserveAsync(form.AnnouncedBytes ?? 0, cancellationToken);
        var received = new Received();
        try
        {
            while (await form.NextAsync(cancellationToken) is { } part)
                await TakeAsync(part, received, request.Caller, reservation, cancellationToken);
            reservation.RequireRoom();
            return await StoreAsync(received, request.Caller, cancellationToken);
        }
        finally
        {
            received.Draft?.Dispose();
        }
    }

    private async Task TakeAsync(UploadPart part, Received received, Caller caller, RoomReservation reservation, CancellationToken cancellationToken)
    {
        switch (part)
        {
            case { Name: "video", FileName: "" }:
                throw VideoRefusals.NoSelectedFile();
            case { Name: "video", FileName: not null }:
                if (received.Draft is not null)
                    throw VideoRefusals.SecondVideoPart();

                // What is known to be wrong by now is not worth receiving a film for.
                if (received.MetadataText is not null && !await videos.MayStoreAsync(received.Metadata.VideoId, caller, cancellationToken))
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

    private async Task<UploadedVideo> StoreAsync(Received received, Caller caller, CancellationToken cancellationToken)
    {
        var draft = received.Draft ?? throw VideoRefusals.NoVideoPart();
        var metadata = received.Metadata;
        var hours = HoursOf(received.HoursText);
        if (draft.SizeBytes == 0)
            throw VideoRefusals.EmptyFile();
        if (metadata.FileHash is { } hash && hash != draft.Sha256)
            throw VideoRefusals.HashDiffers();
        var wanted = new WantedVideo(caller, metadata.VideoId, hours, metadata.Json, metadata.LinkText, received.FileName);
        var video = await videos.StoreAsync(wanted, draft, cancellationToken);
        return new UploadedVideo(video, video.Token(key.Value));
    }

    private double HoursOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Math.Min(RetentionOptions.DefaultHours, retention.LongestHours);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) && hours > 0 && hours <= retention.LongestHours
            ? hours
            : throw VideoRefusals.UnusableHours(retention.LongestHours);
    }

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

            try
            {
                return Utf8.GetString(read.Buffer);
            }
            catch (DecoderFallbackException)
            {
                throw part.Name == "metadata"
                    ? VideoRefusals.InvalidMetadata("The part 'metadata' is not UTF-8")
                    : VideoRefusals.BrokenForm($"the field '{part.Name}' is not Unicode text");
            }
            finally
            {
                part.Body.AdvanceTo(read.Buffer.End);
            }
        }
    }

    private sealed class Received
    {
        private ClipMetadata? metadata;

        public IVideoDraft? Draft { get; set; }

        public string? FileName { get; set; }

        public string? MetadataText { get; set; }

        public string? HoursText { get; set; }

        /// <summary>Without the part it is as if it were empty, which has no video_id.</summary>
        public ClipMetadata Metadata => metadata ??= ClipMetadata.Parse(MetadataText ?? "{}");
    }
}
