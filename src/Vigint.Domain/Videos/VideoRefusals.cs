using Vigint.Domain.Media;

namespace Vigint.Domain.Videos;

/// <summary>
/// Every sentence with which a video call is refused. Those of an upload hold no digits (old clients search the text for status
/// numbers and the word "timeout" and then believe something else); their figures go beside them.
/// </summary>
public static class VideoRefusals
{
    // Upload: the form

    public static RefusedException NoVideoPart() =>
        new(
            Refusal.Invalid,
            "video_part_missing",
            "No video file part",
            "Send multipart/form-data with the clip as a file part named 'video'"
        );

    public static RefusedException NoSelectedFile() =>
        new(Refusal.Invalid, "video_file_not_selected", "No selected file", "The part named 'video' has an empty file name");

    public static RefusedException SecondVideoPart() =>
        new(Refusal.Invalid, "video_part_repeated", "More than one video file part", "Send one clip per call");

    public static RefusedException BrokenForm(string what) =>
        new(Refusal.Invalid, "form_malformed", $"Broken form: {what}", "Nothing was stored; send the whole form again");

    public static RefusedException FieldTooLong(string name, long limitBytes) =>
        new(Refusal.Invalid, "form_field_too_long", $"The form field '{name}' is too long")
        {
            Figures = new Dictionary<string, long> { ["limit_bytes"] = limitBytes },
        };

    // Upload: the metadata

    public static RefusedException InvalidMetadata(string why) => new(Refusal.Invalid, "metadata_invalid", "Invalid metadata", why);

    public static RefusedException IdMissing() =>
        new(
            Refusal.Invalid,
            "video_id_missing",
            "video_id missing from metadata",
            "Add a member video_id to the JSON object in the part 'metadata'"
        );

    public static RefusedException UnusableId() =>
        new(
            Refusal.Invalid,
            "video_id_invalid",
            "video_id cannot be used: it must be a text of letters, digits, dots, underscores and hyphens, not begin with a dot, and "
                + "not be too long"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_characters"] = VideoId.LongestNew },
        };

    public static RefusedException UnusableHours(double longestHours) =>
        new(
            Refusal.Invalid,
            "expiration_hours_invalid",
            "expiration_hours cannot be used: it must be a number more than zero and at most the longest life that this server allows"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_hours"] = (long)longestHours },
        };

    public static RefusedException UnusableHash() =>
        new(Refusal.Invalid, "file_hash_invalid", "file_hash cannot be used: it must be the SHA hash of the file in hexadecimal");

    // Upload: the file

    public static RefusedException EmptyFile() =>
        new(
            Refusal.Invalid,
            "video_empty",
            "The video file is empty",
            "Nothing was stored or replaced; open the file again and send its content"
        );

    public static RefusedException HashDiffers() =>
        new(
            Refusal.Contradiction,
            "file_hash_mismatch",
            "file_hash is not the hash of the file that arrived",
            "Nothing was stored or replaced; send the file again"
        );

    public static RefusedException NotAVideo(NoVideoReason reason = NoVideoReason.Unknown) => MediaRefusals.NotAVideo(reason);

    public static RefusedException TooLarge(long limitBytes) =>
        new(
            Refusal.TooLarge,
            "video_too_large",
            "The video is larger than this server takes",
            "Send a shorter or smaller clip, or raise MAX_UPLOAD_MB"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_bytes"] = limitBytes },
        };

    public static RefusedException NoRoom(long freeBytes) =>
        new(
            Refusal.NoRoom,
            "storage_full",
            "Disk full: there is no room for this video; delete old videos (POST /api/storage/cleanup) or enlarge the disk or the quota"
        )
        {
            Figures = new Dictionary<string, long> { ["free_bytes"] = Math.Max(0, freeBytes) },
        };

    public static RefusedException AnotherOwners(VideoId id) =>
        new(Refusal.Conflict, "video_id_of_another_client", $"The id {id} belongs to another client", "Choose another video_id");

    public static RefusedException TakenByUnusable(VideoId id) =>
        new(
            Refusal.Conflict,
            "video_id_taken",
            $"The id {id} is taken by a stored file that cannot be used",
            "It is left as it is, see the server's log; choose another video_id, or remove the file"
        );

    public static RefusedException CannotBeRead() =>
        new(Refusal.Unavailable, "video_unreadable", "The video cannot be read at the moment", "Try again a little later")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static RefusedException StorageAway() =>
        new(Refusal.Unavailable, "storage_unavailable", "The storage cannot be used at the moment", "Try again a little later")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    // Links

    public static RefusedException TokenMissing() =>
        new(Refusal.KeyMissing, "link_token_missing", "Access token required", "Open the whole link, with what follows 'token='");

    public static RefusedException InvalidToken() =>
        new(Refusal.Forbidden, "link_token_invalid", "Invalid token", "The link is incomplete, or it was replaced by a newer one");

    public static RefusedException LinkHasExpired() =>
        new(Refusal.Forbidden, "link_expired", "Link has expired", "Videos are deleted when their time is over");

    public static RefusedException LinkToNothing() =>
        new(Refusal.Forbidden, "link_video_not_found", "Video not found", "It was deleted, or its time is over, or the link is wrong");

    public static RefusedException FileMissing() =>
        new(
            Refusal.NotFound,
            "video_file_missing",
            "Video file missing",
            "The video is recorded, but its file is not there; tell whoever runs this server"
        );

    public static RefusedException PosterNotYet() =>
        new(Refusal.NotFound, "still_not_ready", "The still is not there yet", "It is made soon after the upload; try again a little later")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static RefusedException NoPoster() =>
        new(Refusal.NotFound, "still_not_available", "This video has no still", "The record of the video says whether it could be read");

    public static RefusedException ChangingTooFast() =>
        new(Refusal.Unavailable, "video_changing", "The video is being replaced over and over; try again")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    public static RefusedException LifeTooLong() =>
        new(
            Refusal.Invalid,
            "link_life_too_long",
            "additional_hours cannot be used: the link would live longer than this server allows",
            "MAX_RETENTION_HOURS is the most, counted from now"
        );

    public static RefusedException ExtendedTooOften(int limitLinks) =>
        new(
            Refusal.Conflict,
            "link_limit_reached",
            "The video has too many links to be extended once more",
            "Those that were given out work until its expiration; upload the clip under another video_id, and ask for more hours at a time"
        )
        {
            Figures = new Dictionary<string, long> { ["limit_links"] = limitLinks },
        };

    public static RefusedException UnusableAdditionalHours() =>
        new(Refusal.Invalid, "additional_hours_invalid", "additional_hours must be a number more than 0");

    // Records

    public static RefusedException Unknown() =>
        new(Refusal.NotFound, "video_not_found", "Video not found", "No video of yours has that id");

    public static RefusedException ParameterMissing(string name) => new(Refusal.Invalid, "parameter_missing", $"{name} is missing");
}
