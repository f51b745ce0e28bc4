using System.Text.Json.Nodes;
using Vigint.Cli.Servers;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>Sees to it that the links that were given out for a video open it where it is now, and for as long.</summary>
/// <param name="newLinksWillDo">
/// Whether it is no matter that a link that somebody holds does not work on the new server, as none does where the key is another.
/// </param>
internal sealed class LinkKeeper(NewServer server, bool newLinksWillDo, TimeProvider clock)
{
    /// <param name="record">Of the video on the new server, whose bytes are the same.</param>
    /// <param name="open">The bytes, because they must be sent again to add a link.</param>
    /// <returns>The record as it is then, and why a link does not work; null when all do that can be told of.</returns>
    /// <exception cref="MigrationEndedException">The server is away, does not let us in any more, or is full.</exception>
    public async Task<(JsonNode Record, string? Trouble)> KeepAsync(
        SourceClip source,
        ClipFacts facts,
        JsonNode record,
        Func<Task<ClipFile>> open,
        CancellationToken cancellationToken
    )
    {
        if (facts.Expiration is not { } end)
            return (record, null);
        try
        {
            if (await ExtendAsync(source.Id, record, end, cancellationToken))
                record = await RequireAsync(source.Id, cancellationToken);
            if (await AddAsync(source.Id, record, facts, open, cancellationToken))
                record = await RequireAsync(source.Id, cancellationToken);
        }
        catch (ServerFailure failure)
        {
            return (record, $"It is there, but the links that were given out for it cannot be kept: {failure.Message}");
        }

        if (MissingOf(record, facts).Count > 0)
            return (
                record,
                "It is there, but not all links that were given out for it open it: another video of that id had one of them once, "
                    + "or it has too many."
            );
        return newLinksWillDo || source.Link?.Token is not { } token || await server.IsOpenedByAsync(source.Id, token, cancellationToken)
            ? (record, null)
            : (
                record,
                "It is there, but its old link does not open it: the new server's SPARSE_AI_API_KEY is not the old one's, or the "
                    + "time behind the link in the list is not to the letter "
                    + "what the link was made of. Where new links will do, say so with --new-links."
            );
    }

    private async Task<bool> ExtendAsync(VideoId id, JsonNode record, LinkExpiration end, CancellationToken cancellationToken)
    {
        if (LinkExpiration.Read(record["expiration_time"]?.ToString()) is not { } there || there.Utc >= end.Utc)
            return false;
        var now = clock.GetUtcNow();
        var hours = (end.Utc - (there.Utc > now ? there.Utc : now)).TotalHours;
        if (hours <= 0)
            return false;
        await server.ExtendAsync(id, hours, cancellationToken);
        return true;
    }

    // The same bytes with the same hours are a try again to the server, which leaves everything as it is and adds the link of the metadata.
    private async Task<bool> AddAsync(
        VideoId id,
        JsonNode record,
        ClipFacts facts,
        Func<Task<ClipFile>> open,
        CancellationToken cancellationToken
    )
    {
        if (MissingOf(record, facts) is not { Count: > 0 } missing)
            return false;
        var recorded = record["metadata"] as JsonObject ?? facts.Metadata;
        var metadata = facts.IsSameAs(recorded) ? facts.Metadata : recorded;
        var clip = await open();
        if (record["sha256"]?.ToString() is { } stored && stored != clip.Sha256)
            throw CommandFailedException.NotDone("Behind its link there is another video now than the one that was moved.");
        foreach (var replay in ClipFacts.Replays(metadata, missing))
            await server.UploadAsync(id, facts with { Metadata = replay }, clip, HoursOf(record), cancellationToken);
        return true;
    }

    private async Task<JsonNode> RequireAsync(VideoId id, CancellationToken cancellationToken) =>
        await server.FindAsync(id, cancellationToken) ?? throw new ServerFailure("The server has lost the video meanwhile.");

    // A server that does not tell of its links yet is taken at its word.
    private static List<string> MissingOf(JsonNode record, ClipFacts facts) =>
        record["link_texts"] is JsonArray texts
            ? [.. facts.LinkTexts.Except(texts.Select(text => text!.GetValue<string>()), StringComparer.Ordinal)]
            : [];

    // Of a video that it took in from a folder the server knows no hours; it goes by the times.
    private static double? HoursOf(JsonNode record) =>
        record["expiration_hours"]?.GetValue<double>()
        ?? (
            LinkExpiration.Read(record["expiration_time"]?.ToString())?.Utc - LinkExpiration.Read(record["upload_time"]?.ToString())?.Utc
        )?.TotalHours;
}
