using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// Clips that are too large to be part of a request: put beside the model, waited for until it can see them, and removed.
/// </summary>
internal sealed partial class GeminiFiles(GeminiApi api, GeminiResilience resilience, TimeProvider clock, ILogger<GeminiFiles> logger)
{
    private const string Active = "ACTIVE";
    private const string Failed = "FAILED";

    private static readonly TimeSpan CallMayTake = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RemovalMayTake = TimeSpan.FromSeconds(10);

    // It takes seconds, for an hour of video a minute or two.
    private static readonly TimeSpan GettingReadyMayTake = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>Does so once more when the file is gone before it is ready.</summary>
    /// <param name="deadline">For all of it; null for none.</param>
    /// <returns>The file, ready to be asked about. The caller sees to its removal.</returns>
    /// <exception cref="RefusedException">
    /// The model cannot make anything of it, or does not get ready in time. Nothing is left there.
    /// </exception>
    public async Task<UploadedFile> PutAsync(VideoBytes clip, string mimeType, Deadline? deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await PutOnceAsync(clip, mimeType, deadline, cancellationToken);
        }
        catch (GeminiFailure failure) when (failure.Fault == GeminiFault.FileGone)
        {
            logger.FileIsGone(failure.Reason);
            return await PutOnceAsync(clip, mimeType, deadline, cancellationToken);
        }
    }

    /// <summary>Does not throw, and takes ten seconds at most, also for a caller who has gone.</summary>
    public async Task RemoveAsync(string name)
    {
        using var limit = new CancellationTokenSource(RemovalMayTake, clock);
        try
        {
            await api.DeleteFileAsync(name, limit.Token);
        }
        catch (GeminiFailure failure)
        {
            if (failure.Fault != GeminiFault.FileGone)
                logger.FileStays(name, failure.Reason);
        }
        catch (OperationCanceledException)
        {
            logger.FileStays(name, "no answer in time");
        }
    }

    private async Task<UploadedFile> PutOnceAsync(VideoBytes clip, string mimeType, Deadline? deadline, CancellationToken cancellationToken)
    {
        var uploadMayTake = CallMayTake + Uplink.MayTake(clip.SizeBytes);
        var file = await resilience.PutAsync(uploadMayTake, deadline, token => UploadAsync(clip, mimeType, token), cancellationToken);
        try
        {
            return await WhenReadyAsync(file, deadline, cancellationToken);
        }
        catch
        {
            await RemoveAsync(file.Name!);
            throw;
        }
    }

    // Each attempt under a name of its own: the one before may have arrived, with only the answer lost.
    private async Task<UploadedFile> UploadAsync(VideoBytes clip, string mimeType, CancellationToken cancellationToken)
    {
        var name = $"files/vigint-{Guid.NewGuid():N}";
        var address = await api.StartUploadAsync(name, mimeType, clip.SizeBytes, cancellationToken);
        try
        {
            var file = await api.UploadAsync(address, clip, cancellationToken);

            // A proxy may give it another name; that one is what it is removed by, so it must be one.
            return file is { Uri.Length: > 0, Name: { } given } && FileName().IsMatch(given)
                ? file
                : throw new GeminiFailure(GeminiFault.Away, "UNREADABLE");
        }
        catch
        {
            await RemoveAsync(name);
            throw;
        }
    }

    private async Task<UploadedFile> WhenReadyAsync(UploadedFile file, Deadline? deadline, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        for (var wait = FirstLook; ; wait = wait * 2 < LongestBetweenLooks ? wait * 2 : LongestBetweenLooks)
        {
            if (file.State == Active)
                return file;
            if (file.State == Failed)
                throw AnalysisRefusals.ModelRefuses(Failed);
            if (clock.GetElapsedTime(start) > GettingReadyMayTake)
                throw AnalysisRefusals.ModelTookTooLong();
            await Task.Delay(deadline?.Left < wait ? deadline.Left : wait, clock, cancellationToken);
            var found = await resilience.PutAsync(CallMayTake, deadline, token => api.FindFileAsync(file.Name!, token), cancellationToken);
            file = file with { State = found.State };
        }
    }

    [GeneratedRegex("^files/[a-z0-9-]{1,64}$")]
    private static partial Regex FileName();
}
