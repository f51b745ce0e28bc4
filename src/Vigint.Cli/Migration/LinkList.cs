using Vigint.Cli.Servers;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Migration;

/// <summary>
/// A list of what is to be moved, a video a line: a private link, or <c>id,token</c>; behind another comma when its links end, where that
/// is known. Empty lines, lines that begin with <c>#</c> and a head are passed over.
/// </summary>
internal static class LinkList
{
    private static readonly string[] Heads = ["id", "video_id", "link"];

    /// <param name="from">Address of the old server, for lines of <c>id,token</c>; null when there is none.</param>
    public static ClipSource Read(IEnumerable<string> lines, Uri? from, OldServer server)
    {
        var clips = new List<LinkedClip>();
        var unusable = new List<UnusableEntry>();
        var known = new Dictionary<string, (int Line, Uri Link)>(StringComparer.Ordinal);
        foreach (var (index, text) in lines.Index())
        {
            var line = index + 1;
            var fields = text.TrimStart('\ufeff').Split(',', StringSplitOptions.TrimEntries);
            if (
                fields.All(field => field.Length == 0)
                || fields[0].StartsWith('#')
                || (clips.Count == 0 && Heads.Contains(fields[0], StringComparer.OrdinalIgnoreCase))
            )
                continue;
            if (Parse(fields, from, server, out var trouble) is not { } clip)
                unusable.Add(new UnusableEntry($"line {line}", trouble));
            else if (known.TryAdd(clip.Id.Text, (line, clip.Link.Address)))
                clips.Add(clip);
            else if (known[clip.Id.Text] is var first && first.Link != clip.Link.Address)
                unusable.Add(
                    new UnusableEntry(
                        $"line {line}",
                        $"It names the video of line {first.Line} with another link; one of the two is enough."
                    )
                );
        }

        return new ClipSource(clips, unusable);
    }

    // What is wrong is said without the line itself: there is a token in it.
    private static LinkedClip? Parse(string[] fields, Uri? from, OldServer server, out string trouble)
    {
        trouble = "";
        var isLink =
            fields[0].StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || fields[0].StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        var expirationAt = isLink ? 1 : 2;
        LinkExpiration? expiration = null;
        if (
            fields.Length > expirationAt
            && fields[expirationAt].Length > 0
            && (expiration = LinkExpiration.Read(fields[expirationAt])) is null
        )
            trouble = "What stands after the last comma is no time such as 2026-10-04T12:00:00.";
        else if (fields.Length > expirationAt + 1 || (!isLink && fields.Length < 2))
            trouble = "It is neither a link nor id,token.";
        else if (fields[0].Length == 0)
            trouble = "It names no video: nothing stands before its first comma.";
        else if (!isLink && from is null)
            trouble = "It is no link; for id,token the old server's address is needed, as --from URL.";
        if (trouble.Length > 0)
            return null;

        var link = PrivateLink.Read(
            isLink
                ? fields[0]
                : new Uri(from!, ServerApi.Path($"video/{Uri.EscapeDataString(fields[0])}", ("token", fields[1]))).AbsoluteUri
        );
        if (link is null)
        {
            trouble = "It is no link to a video, such as https://old.example.org/video/ID?token=….";
            return null;
        }

        try
        {
            return new LinkedClip(VideoId.Parse(link.Id), link, expiration, server);
        }
        catch (RefusedException refusal)
        {
            trouble = $"{refusal.Detail}.";
            return null;
        }
    }
}
