using System.Text.Json;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Application.Clock.ConfirmClock;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Storage.ShowStorage;
using Vigint.Domain.Storage;

namespace Vigint.Api.Storage;

/// <summary>The state of the disk, and making room on it (contract §4).</summary>
[ApiController]
[Route("api/storage")]
public sealed class StorageController(IMediator mediator) : ControllerBase
{
    public sealed record DiskInfo(bool Available, double FreeGb, double TotalGb, double UsedGb);

    public sealed record TempFiles(int Tracked, int Existing, double TotalSizeMb);

    /// <summary>What the documentation of the old server promised, what it really sent, and what is new.</summary>
    public sealed record StatusAnswer(
        double DiskFreeGb,
        double DiskUsedGb,
        double DiskTotalGb,
        int TempFilesCount,
        double TempFilesSizeMb,
        DiskInfo DiskInfo,
        TempFiles TempFiles,
        [property: OneOf("healthy", "low_space")] string Status,
        long VideosCount,
        double VideosSizeMb,
        long ExpiredPendingCount
    );

    [HttpGet("status")]
    [Authorize(Policies.Caller)]
    public async Task<StatusAnswer> Status(CancellationToken cancellationToken) =>
        AnswerOf(await mediator.Send(new ShowStorageQuery(HttpContext.Caller()), cancellationToken));

    /// <param name="MaxAgeHours">A raw element, so that null is told from absent: it is no number.</param>
    public sealed record CleanUpBody(JsonElement MaxAgeHours, [property: OneOf("old", "all", "monitor")] string? Type, bool? DryRun);

    public sealed record CleanUpFigures(int Cleaned, int Failed, int Total, double FreedMb);

    public sealed record CleanUpAnswer(
        CleanUpFigures CleanupResult,
        StatusAnswer DiskInfoAfter,
        [property: OneOf("old", "all", "monitor")] string CleanupType,
        bool DryRun
    );

    [HttpPost("cleanup")]
    [Authorize(Policies.Caller)]
    public async Task<CleanUpAnswer> CleanUp(CleanUpBody body, CancellationToken cancellationToken)
    {
        var isDryRun = body.DryRun ?? false;
        var result = await mediator.Send(
            new CleanUpCommand(HttpContext.Caller(), body.Type, HoursOf(body.MaxAgeHours), isDryRun),
            cancellationToken
        );
        var after = await mediator.Send(new ShowStorageQuery(HttpContext.Caller()), cancellationToken);
        return new CleanUpAnswer(
            new CleanUpFigures(result.Cleaned, result.Failed, result.Cleaned + result.Failed, Units.Megabytes(result.FreedBytes)),
            AnswerOf(after),
            result.Kind,
            isDryRun
        );
    }

    public sealed record ConfirmedAnswer(bool Success, bool WasInDoubt, string Message);

    [HttpPost("/admin/storage/confirm-clock")]
    [Authorize(Policies.Administrator)]
    public async Task<ConfirmedAnswer> ConfirmClock(CancellationToken cancellationToken)
    {
        var confirmed = await mediator.Send(new ConfirmClockCommand(), cancellationToken);
        return new ConfirmedAnswer(
            true,
            confirmed.WasInDoubt,
            confirmed.WasInDoubt
                ? "The clock is believed; what is too old is deleted again"
                : "The clock was not in doubt; nothing was held"
        );
    }

    private static double? HoursOf(JsonElement hours) =>
        hours.ValueKind switch
        {
            JsonValueKind.Undefined => null,
            JsonValueKind.Number => hours.GetDouble(),
            _ => throw StorageRefusals.UnusableAge(),
        };

    private static StatusAnswer AnswerOf(ShownStorage shown)
    {
        var (total, free) = shown.Space;
        var used = total - free;
        var temporaryMb = Units.Megabytes(shown.TemporaryBytes);
        return new StatusAnswer(
            Units.Gigabytes(free),
            Units.Gigabytes(used),
            Units.Gigabytes(total),
            shown.TemporaryCount,
            temporaryMb,
            new DiskInfo(true, Units.Gigabytes(free), Units.Gigabytes(total), Units.Gigabytes(used)),
            new TempFiles(shown.TemporaryCount, shown.TemporaryCount, temporaryMb),
            shown.IsLow ? "low_space" : "healthy",
            shown.Videos.Count,
            Units.Megabytes(shown.Videos.SizeBytes),
            shown.Videos.EndedCount
        );
    }
}
