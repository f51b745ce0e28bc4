using System.Globalization;
using System.Text;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Renditions;
using Vigint.Application.Storage;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>Stores a clip and hands out its private link (contract §3, upload).</summary>
public sealed record UploadVideoCommand(Caller Caller, IUploadForm Form) : IRequest<UploadedVideo>;

public sealed record UploadedVideo(Video Video, AccessToken Token);

internal sealed class UploadVideoHandler(
    VideoStore store, RenditionStore renditions, IVideoRecords records, IVideoFolder folder, IContainerReader containers, StorageRoom room, ClientRoom clientRoom,
    UploadPace pace, AuditTrail audit, UploadOptions upload, RetentionOptions retention, TokenKey key, VideoMetrics metrics, TimeProvider clock,
    ILogger<UploadVideoHandler> logger)
    : IRequestHandler<UploadVideoCommand, UploadedVideo>
{
    private const int MostFieldBytes = 1024;

    // Every open compares them all; a client that retries for ever does not make its link slow.
    private const int MostLinkTexts = 100;

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
                if (received.MetadataText is not null && !(await MayUploadAsync(received.Metadata, caller, cancellationToken)))
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

    private async Task<bool> MayUploadAsync(ClipMetadata metadata, Caller caller, CancellationToken cancellationToken) =>
        await store.FindAsync(metadata.VideoId, scope: null, cancellationToken) is not { } stored || caller.MayReplace(stored);

    private async Task<UploadedVideo> StoreAsync(Received received, Caller caller, CancellationToken cancellationToken)
    {
        var draft = received.Draft ?? throw VideoRefusals.NoVideoPart();
        var metadata = received.Metadata;
        var hours = HoursOf(received.HoursText);
        if (draft.SizeBytes == 0)
            throw VideoRefusals.EmptyFile();
        if (metadata.FileHash is { } hash && hash != draft.Sha256)
            throw VideoRefusals.HashDiffers();
        var media = containers.Read(draft.Bytes) ?? throw VideoRefusals.NotAVideo();

        // Before the lock: whoever holds one makes others wait.
        await draft.FlushedAsync(cancellationToken);
        using var _ = await store.LockAsync(metadata.VideoId, cancellationToken);
        var before = await store.FindForChangeAsync(metadata.VideoId, scope: null, cancellationToken);
        if (before is not null && !caller.MayReplace(before))
            throw VideoRefusals.AnotherOwners(metadata.VideoId);

        var now = clock.GetUtcNow();
        var sameBytes = before is not null && HasSameBytes(before, draft);
        if (sameBytes && !before!.HasEnded(now) && WasAskedFor(before, hours))
            return await RepeatAsync(before, draft, metadata, caller, cancellationToken);

        var expiration = await store.UnusedAsync(metadata.VideoId, LinkExpiration.At(now.AddHours(hours)), cancellationToken);
        var video = new Video
        {
            Id = metadata.VideoId,
            Owner = caller.Owner,
            Revision = Guid.NewGuid().ToString("N"),
            Expiration = expiration,
            LinkTexts = [expiration.Text],
            ExpirationHours = hours,
            // What sidecar and record keep of a time.
            UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()),
            SizeBytes = draft.SizeBytes,
            Sha256 = draft.Sha256,
            Media = media,
            FileName = received.FileName,
            Metadata = metadata.Json,
        };
        video = await WithClientsLinkAsync(video, metadata, sameBytes ? before : null, caller, cancellationToken);
        using (await clientRoom.TakeTurnAsync(caller, video.SizeBytes - (before?.SizeBytes ?? 0), cancellationToken))
            await store.StoreAsync(video, draft, before);

        audit.Note(AuditAction.Uploaded, video.Id, video.Owner, caller);
        metrics.Stored(video.SizeBytes);
        logger.VideoStored(video.Id, caller.ClientName, video.SizeBytes, expiration.Text);
        return new UploadedVideo(video, video.Token(key.Value));
    }

    // Old clients retry on their own; a link that is already in a mail stays alive. What they say of the clip may have changed.
    private async Task<UploadedVideo> RepeatAsync(
        Video before, IVideoDraft draft, ClipMetadata metadata, Caller caller, CancellationToken cancellationToken)
    {
        var again = before with { Metadata = metadata.Json, Sha256 = draft.Sha256 };
        again = await WithClientsLinkAsync(again, metadata, before, caller, cancellationToken);
        if (again.Metadata != before.Metadata || again.LinkTexts.Count != before.LinkTexts.Count)
            await store.ChangeAsync(again, before);
        await renditions.TryAgainAsync(again, cancellationToken);

        audit.Note(AuditAction.Uploaded, again.Id, again.Owner, caller);
        metrics.Repeated(draft.SizeBytes);
        logger.UploadRepeated(again.Id, caller.ClientName);
        return new UploadedVideo(again, again.Token(key.Value));
    }

    // A link that the client makes from its own expiration_time opens the video too, unless that very link once opened other bytes.
    private async Task<Video> WithClientsLinkAsync(
        Video video, ClipMetadata metadata, Video? sameBytes, Caller caller, CancellationToken cancellationToken)
    {
        if (metadata.LinkText is not { } text || video.LinkTexts.Contains(text))
            return video;
        var isItsOwn = sameBytes is not null && sameBytes.LinkTexts.Contains(text) && sameBytes.Expiration.Text != text;
        if (video.LinkTexts.Count < MostLinkTexts && (isItsOwn || !await records.WasUsedAsync(video.Id, text, cancellationToken)))
            return video.AlsoOpenedBy(text);

        logger.ClientLinkRefused(video.Id, caller.ClientName);
        return video;
    }

    private bool HasSameBytes(Video stored, IVideoDraft draft)
    {
        if (stored.SizeBytes != draft.SizeBytes)
            return false;
        using var bytes = folder.Open(stored.Id);
        if (bytes is null || bytes.SizeBytes != draft.SizeBytes)
            return false;
        return stored.Sha256 is { } hash ? hash == draft.Sha256 : bytes.HasSameContentAs(draft.Bytes);
    }

    // An old server did not record the hours; they show in the times, to within the seconds that its upload took.
    private static bool WasAskedFor(Video stored, double hours) => stored.ExpirationHours is { } asked
        ? asked.Equals(hours)
        : Math.Abs((stored.Expiration.Utc - stored.UploadedAt).TotalHours - hours) < 0.25;

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
