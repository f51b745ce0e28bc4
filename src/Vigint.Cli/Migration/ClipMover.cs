using System.Text.Json.Nodes;

namespace Vigint.Cli.Migration;

/// <summary>Moves one video: asks whether it is there, gets it, sends it, and holds the hashes against each other.</summary>
/// <param name="moved">Null where reading a video again costs no download.</param>
/// <param name="usualHours">How long links work of which nobody tells; null for as long as the server says.</param>
internal sealed class ClipMover(NewServer server, MovedList? moved, double? usualHours, TimeProvider clock)
{
    /// <exception cref="MigrationEndedException">It would meet all others as well.</exception>
    public async Task<MovedClip> MoveAsync(SourceClip source, CancellationToken cancellationToken)
    {
        try
        {
            var record = await server.FindAsync(source.Id, cancellationToken);
            if (record?["sha256"]?.ToString() is { } stored && stored == moved?.Sha256Of(source.Id.Text))
                return AlreadyThere(source, record, stored);

            var facts = await source.DescribeAsync(cancellationToken);
            if (record is null && facts.Expiration is { } expiration && expiration.Utc <= clock.GetUtcNow())
                return new MovedClip(source.Id.Text, Outcome.Expired, ExpirationTime: expiration.Text);

            using var clip = await source.OpenAsync(cancellationToken);
            if (facts.Sha256 is { } recorded && recorded != clip.Sha256)
                return Failed(source, "Its bytes are not those that were uploaded: their hash is another than the one in its .json file. Take it from a backup.");
            var result = record is null
                ? await UploadAsync(source, facts, clip, cancellationToken)
                : await CompareAsync(source, record, clip, cancellationToken);
            if (result.Outcome is Outcome.Moved or Outcome.AlreadyThere)
                moved?.Add(source.Id.Text, clip.Sha256);
            return result;
        }
        catch (CommandFailedException failure)
        {
            return Failed(source, failure.Message);
        }
    }

    private async Task<MovedClip> UploadAsync(SourceClip source, ClipFacts facts, ClipFile clip, CancellationToken cancellationToken)
    {
        // An uploader's own hash is left to the server to judge by.
        if (facts.Metadata["file_hash"] is null)
            facts.Metadata["file_hash"] = clip.Sha256;
        var hours = facts.Expiration is { } expiration ? (expiration.Utc - clock.GetUtcNow()).TotalHours : usualHours;
        if (hours <= 0)
            return new MovedClip(source.Id.Text, Outcome.Expired, ExpirationTime: facts.Expiration?.Text);

        var answer = await server.UploadAsync(source.Id, facts, clip, hours, cancellationToken);
        return answer["sha256"]?.ToString() == clip.Sha256
            ? Arrived(source, Outcome.Moved, answer, clip.Sha256)
            : Failed(source, "What the server has stored is not what was sent; delete it there and try again.");
    }

    private async Task<MovedClip> CompareAsync(SourceClip source, JsonNode record, ClipFile clip, CancellationToken cancellationToken)
    {
        var isThere = record["size_bytes"]?.GetValue<long>() == clip.SizeBytes
            && (record["sha256"]?.ToString() ?? await server.HashAsync(record, cancellationToken)) == clip.Sha256;
        return isThere
            ? AlreadyThere(source, record, clip.Sha256)
            : Failed(source, "The server has another video of that id. It is left as it is; to replace it, delete it there first.");
    }

    private static MovedClip AlreadyThere(SourceClip source, JsonNode record, string sha256) => Arrived(source, Outcome.AlreadyThere, record, sha256);

    private static MovedClip Arrived(SourceClip source, Outcome outcome, JsonNode answer, string sha256) => new(
        source.Id.Text, outcome, answer["size_bytes"]?.GetValue<long>(), sha256, answer["private_link"]?.ToString(), answer["expiration_time"]?.ToString());

    private static MovedClip Failed(SourceClip source, string reason) => new(source.Id.Text, Outcome.Failed, Reason: reason);
}
