using System.Globalization;
using System.Text.Json;
using MediatR;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>Stores a clip and hands out its private link (contract §3, upload).</summary>
/// <param name="Key">Null for a call without one.</param>
public sealed record UploadVideoCommand(Caller Caller, IUploadForm Form, IdempotencyKey? Key) : IRequest<UploadedVideo>;

public sealed record UploadedVideo(StoredUpload Upload, AccessToken Token);

/// <summary>What an upload is answered, but for the link. Kept for calls with a key.</summary>
/// <param name="VideoId">As it was sent.</param>
/// <param name="ExpirationText">What the link is made of.</param>
/// <param name="Sha256">64 lower-case hex digits; null for a video of an old server that came again.</param>
/// <param name="Warning">What the caller should know about the clip; null when there is nothing.</param>
public sealed record StoredUpload(
    string VideoId,
    string ExpirationText,
    long SizeBytes,
    string? Sha256,
    MediaFacts Media,
    string? Warning = null
);

internal sealed class UploadVideoHandler(
    VideoFinder finder,
    VideoIntake intake,
    IVideoFolder folder,
    StorageRoom room,
    UploadPace pace,
    IIdempotencyRecords calls,
    KeysInUse keys,
    UploadOptions upload,
    RetentionOptions retention,
    TokenKey token,
    TimeProvider clock
) : IRequestHandler<UploadVideoCommand, UploadedVideo>
{
    private const int MostFieldBytes = 1024;

    public async Task<UploadedVideo> Handle(UploadVideoCommand request, CancellationToken cancellationToken)
    {
        var form = request.Form;
        pace.RequireUpload(request.Caller);
        if (form.AnnouncedBytes > upload.MaxBytes + UploadOptions.MostBesideTheVideo)
            throw VideoRefusals.TooLarge(upload.MaxBytes);

        ClientRoom.RequireLimitAbove(request.Caller, (form.AnnouncedBytes ?? 0) - UploadOptions.MostBesideTheVideo);
        using var reservation = await room.ReserveAsync(form.AnnouncedBytes ?? 0, RoomTaker.Of(request.Caller), cancellationToken);
        var received = new Received();
        try
        {
            while (await form.NextAsync(cancellationToken) is { } part)
                await TakeAsync(part, received, request.Caller, reservation, cancellationToken);
            reservation.RequireRoom();
            return await StoreAsync(received, request, cancellationToken);
        }
        finally
        {
            received.Draft?.Dispose();
        }
    }

    private async Task TakeAsync(
        UploadPart part,
        Received received,
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

    private async Task<UploadedVideo> StoreAsync(Received received, UploadVideoCommand request, CancellationToken cancellationToken)
    {
        var draft = received.Draft ?? throw VideoRefusals.NoVideoPart();
        var metadata = received.Metadata;
        var hours = HoursOf(received.HoursText);
        if (draft.SizeBytes == 0)
            throw VideoRefusals.EmptyFile();
        if (metadata.FileHash is { } hash && hash != draft.Sha256)
            throw VideoRefusals.HashDiffers();
        var wanted = new WantedVideo(request.Caller, metadata.VideoId, hours, metadata.Json, metadata.LinkText, received.FileName);
        if (request.Key is null)
            return Answered(await StoreAsync(wanted, draft, cancellationToken));

        using var _ = keys.Take(request.Caller, KeyedCallKind.Upload, request.Key);
        var call = KeyedCall.Of(
            request.Caller,
            KeyedCallKind.Upload,
            request.Key,
            received.MetadataText,
            received.HoursText,
            received.FileName,
            draft.Sha256
        );
        return Answered(await StoreOnceAsync(call, wanted, draft, cancellationToken));
    }

    // Noted before it is stored and answered after: should the server die in between, the same call stores the same video again.
    private async Task<StoredUpload> StoreOnceAsync(
        KeyedCall call,
        WantedVideo wanted,
        IVideoDraft draft,
        CancellationToken cancellationToken
    )
    {
        var known = await calls.BeginAsync(call, wanted.Id.Text, clock.GetUtcNow(), cancellationToken);
        if (known.RequireSame(call).Answer is { } answer)
            return JsonSerializer.Deserialize<StoredUpload>(answer)!;
        var isStored = false;
        try
        {
            var stored = await StoreAsync(wanted, draft, cancellationToken);
            isStored = true;
            await calls.CompleteAsync(call, JsonSerializer.Serialize(stored), CancellationToken.None);
            return stored;
        }
        finally
        {
            // What was refused may be sent again with what it lacked.
            if (!isStored)
                await calls.AbandonAsync(call, CancellationToken.None);
        }
    }

    private async Task<StoredUpload> StoreAsync(WantedVideo wanted, IVideoDraft draft, CancellationToken cancellationToken)
    {
        var (video, warning) = await intake.TakeAsync(wanted, draft, cancellationToken);
        return new StoredUpload(video.Id.Text, video.Expiration.Text, video.SizeBytes, video.Sha256, video.Media, warning);
    }

    private UploadedVideo Answered(StoredUpload stored) =>
        new(stored, AccessToken.For(VideoId.Parse(stored.VideoId), stored.ExpirationText, token.Value));

    private double HoursOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return Math.Min(RetentionOptions.DefaultHours, retention.LongestHours);
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours)
            && hours > 0
            && hours <= retention.LongestHours
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

            var text = LenientText.Decode(read.Buffer);
            part.Body.AdvanceTo(read.Buffer.End);
            return text;
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
