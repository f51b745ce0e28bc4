using System.Text.Json.Nodes;

namespace Vigint.Cli.Migration;

/// <summary>
/// Moves one video: asks whether it is there, gets it, sends it, holds the hashes against each other, and has its links kept.
/// </summary>
/// <param name="moved">Null where reading a video again costs no download.</param>
/// <param name="usualHours">How long links work of which nobody tells; null for as long as the server says.</param>
internal sealed class ClipMover(NewServer server, LinkKeeper links, MovedList? moved, double? usualHours, TimeProvider clock)
{
    /// <exception cref="MigrationEndedException">It would meet all others as well.</exception>
    public async Task<MovedClip> MoveAsync(SourceClip source, CancellationToken cancellationToken)
    {
        ClipFile? clip = null;
        try
        {
            var record = await server.FindAsync(source.Id, cancellationToken);
            var facts = await source.DescribeAsync(cancellationToken);
            var outcome = record is null ? Outcome.Moved : Outcome.AlreadyThere;
            if (record is null && HasEnded(facts))
                return Expired(source, facts);

            async Task<ClipFile> OpenAsync() => clip ??= await OpenedAsync(source, facts, cancellationToken);
            if (!IsRemembered(source, record))
            {
                await OpenAsync();
                if (record is not null && !await IsSameAsync(record, clip!, cancellationToken))
                    return Failed(
                        source,
                        "The server has another video of that id. It is left as it is; to replace it, delete it there first."
                    );
                record ??= await UploadAsync(source, facts, clip!, cancellationToken);
                if (record is null)
                    return Expired(source, facts);
                if (record["sha256"]?.ToString() is { } stored && stored != clip!.Sha256)
                    return Failed(source, "What the server has stored is not what was sent; delete it there and try again.");
                Remember(source, clip!.Sha256);
            }

            var (kept, trouble) = await links.KeepAsync(source, facts, record!, OpenAsync, cancellationToken);
            var arrived = new MovedClip(
                source.Id.Text,
                outcome,
                kept["size_bytes"]?.GetValue<long>(),
                clip?.Sha256 ?? kept["sha256"]?.ToString(),
                kept["private_link"]?.ToString(),
                kept["expiration_time"]?.ToString()
            );
            return trouble is null ? arrived : arrived with { Outcome = Outcome.Failed, Reason = trouble };
        }
        catch (LinkEndedException)
        {
            return new MovedClip(source.Id.Text, Outcome.Expired);
        }
        catch (CommandFailedException failure)
        {
            return Failed(source, failure.Message);
        }
        finally
        {
            clip?.Dispose();
        }
    }

    private static async Task<ClipFile> OpenedAsync(SourceClip source, ClipFacts facts, CancellationToken cancellationToken)
    {
        var clip = await source.OpenAsync(cancellationToken);
        if (facts.Sha256 is null || facts.Sha256 == clip.Sha256)
            return clip;
        clip.Dispose();
        throw CommandFailedException.NotDone(
            "Its bytes are not those that were uploaded: their hash is another than the one in its .json file. Take it from a backup."
        );
    }

    private bool IsRemembered(SourceClip source, JsonNode? record) =>
        record?["sha256"]?.ToString() is { } stored && source.Link is { } link && stored == moved?.Sha256Of(link);

    private void Remember(SourceClip source, string sha256)
    {
        if (source.Link is { } link)
            moved?.Add(link, sha256);
    }

    /// <returns>The record that the server has made of it; null when its links have ended meanwhile.</returns>
    private async Task<JsonNode?> UploadAsync(SourceClip source, ClipFacts facts, ClipFile clip, CancellationToken cancellationToken)
    {
        // An uploader's own hash is left to the server to judge by.
        if (facts.Metadata["file_hash"] is null)
            facts.Metadata["file_hash"] = clip.Sha256;
        if (HasEnded(facts))
            return null;

        var hours = facts.Expiration is { } expiration ? (expiration.Utc - clock.GetUtcNow()).TotalHours : usualHours;
        var first = ClipFacts.Replays(facts.Metadata, facts.LinkTexts).FirstOrDefault(facts.Metadata);
        JsonNode answer = await server.UploadAsync(source.Id, facts with { Metadata = first }, clip, hours, cancellationToken);

        // Only the record tells of its links.
        return facts.LinkTexts.Count == 0 ? answer : await server.FindAsync(source.Id, cancellationToken) ?? answer;
    }

    private async Task<bool> IsSameAsync(JsonNode record, ClipFile clip, CancellationToken cancellationToken) =>
        record["size_bytes"]?.GetValue<long>() == clip.SizeBytes
        && (record["sha256"]?.ToString() ?? await server.HashAsync(record, cancellationToken)) == clip.Sha256;

    private bool HasEnded(ClipFacts facts) => facts.Expiration is { } expiration && expiration.Utc <= clock.GetUtcNow();

    private static MovedClip Expired(SourceClip source, ClipFacts facts) =>
        new(source.Id.Text, Outcome.Expired, ExpirationTime: facts.Expiration?.Text);

    private static MovedClip Failed(SourceClip source, string reason) => new(source.Id.Text, Outcome.Failed, Reason: reason);
}
