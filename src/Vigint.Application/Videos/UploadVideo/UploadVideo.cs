using System.Globalization;
using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
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
    UploadReceiver receiver,
    VideoIntake intake,
    KeyedUploads keyed,
    RetentionOptions retention,
    TokenKey token
) : IRequestHandler<UploadVideoCommand, UploadedVideo>
{
    public async Task<UploadedVideo> Handle(UploadVideoCommand request, CancellationToken cancellationToken)
    {
        using var received = await receiver.ReceiveAsync(request.Caller, request.Form, cancellationToken);
        return await StoreAsync(received, request, cancellationToken);
    }

    private async Task<UploadedVideo> StoreAsync(ReceivedUpload received, UploadVideoCommand request, CancellationToken cancellationToken)
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

        var call = KeyedCall.Of(
            request.Caller,
            KeyedCallKind.Upload,
            request.Key,
            received.MetadataText,
            received.HoursText,
            received.FileName,
            draft.Sha256
        );
        return Answered(
            await keyed.StoreOnceAsync(
                request.Caller,
                request.Key,
                call,
                wanted,
                () => StoreAsync(wanted, draft, cancellationToken),
                cancellationToken
            )
        );
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
}
