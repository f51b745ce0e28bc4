using System.Collections.Concurrent;

namespace Vigint.Cli.Migration;

/// <summary>Moves everything of a source, several at a time.</summary>
/// <param name="finished">Told of each video when it is over with it, from several threads.</param>
internal sealed class MigrationRun(ClipMover mover, int parallel, Action<MovedClip> finished, TimeProvider clock)
{
    /// <summary>Ends early when it is cancelled, or when something is in the way of all that is left; what was not tried says so.</summary>
    public async Task<MigrationReport> RunAsync(ClipSource source, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        var results = new ConcurrentDictionary<string, MovedClip>(StringComparer.Ordinal);
        var end = source.IsEmpty ? "The source holds no video; is it the right one?" : null;
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                source.Clips,
                options,
                async (clip, token) =>
                {
                    var result = await mover.MoveAsync(clip, token);
                    results[clip.Id.Text] = result;
                    finished(result);
                }
            );
        }
        catch (MigrationEndedException ended)
        {
            end = ended.Message;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            end = "Interrupted; the same command goes on where this one ended.";
        }

        var videos = source.Clips.Select(clip => results.GetValueOrDefault(clip.Id.Text) ?? new MovedClip(clip.Id.Text, Outcome.NotTried));
        var unusable = source.Unusable.Select(entry => new MovedClip(entry.Name, Outcome.Failed, Reason: entry.Reason));
        return MigrationReport.Of([.. videos, .. unusable], begun, clock.GetUtcNow(), end);
    }
}
