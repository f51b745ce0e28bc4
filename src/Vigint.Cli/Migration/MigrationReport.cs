using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Vigint.Infrastructure.Disk;

namespace Vigint.Cli.Migration;

/// <summary>What became of every video.</summary>
/// <param name="Bytes">Of those that were uploaded.</param>
/// <param name="EndedEarly">Why it ended before all had their turn, or that there was none; null when all had it.</param>
internal sealed record MigrationReport(
    string BegunAt,
    string EndedAt,
    int Total,
    int Moved,
    int AlreadyThere,
    int Expired,
    int Failed,
    int NotTried,
    long Bytes,
    string? EndedEarly,
    IReadOnlyList<MovedClip> Videos
)
{
    private static readonly JsonSerializerOptions Wire = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Whether there were videos, and every one that somebody may still see has arrived.</summary>
    [JsonIgnore]
    public bool IsComplete => Total > 0 && Failed == 0 && NotTried == 0;

    public static MigrationReport Of(IReadOnlyList<MovedClip> videos, DateTimeOffset begun, DateTimeOffset ended, string? endedEarly)
    {
        int Count(Outcome outcome) => videos.Count(video => video.Outcome == outcome);
        return new MigrationReport(
            TimeOf(begun),
            TimeOf(ended),
            videos.Count,
            Count(Outcome.Moved),
            Count(Outcome.AlreadyThere),
            Count(Outcome.Expired),
            Count(Outcome.Failed),
            Count(Outcome.NotTried),
            videos.Where(video => video.Outcome == Outcome.Moved).Sum(video => video.SizeBytes ?? 0),
            endedEarly,
            videos
        );
    }

    public JsonNode ToJson() => JsonSerializer.SerializeToNode(this, Wire)!;

    /// <summary>
    /// To be asked before the work begins rather than after it. The report of an earlier run is removed: it would be taken for the one of
    /// this run should that not come to its end.
    /// </summary>
    /// <exception cref="CommandFailedException">The file cannot be written.</exception>
    public static void Prepare(string path) =>
        Try(() =>
        {
            File.Delete(DraftOf(path));
            NewFile.Write(DraftOf(path), []);
            File.Delete(DraftOf(path));
            File.Delete(path);
        });

    /// <summary>Writes it in place of one that is there. Not everybody can read it: there are private links in it.</summary>
    /// <exception cref="CommandFailedException">The file cannot be written.</exception>
    public void Write(string path) =>
        Try(() =>
        {
            NewFile.Write(DraftOf(path), JsonSerializer.SerializeToUtf8Bytes(this, Wire));
            File.Move(DraftOf(path), path, overwrite: true);
        });

    private static string DraftOf(string path) => $"{path}.new";

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone(
                $"The report cannot be written ({exception.Message}); name another file with --report.",
                exception
            );
        }
    }

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
