using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain;
using Vigint.Domain.Storage;

namespace Vigint.Application.Lifecycle.CleanUp;

/// <summary>Deletes what is old or expired (contract §4, cleanup; and the sweep that keeps the promise of deletion).</summary>
/// <param name="Kind"><c>old</c>, <c>all</c> or <c>monitor</c>; null for <c>old</c>.</param>
/// <param name="MaxAgeHours">Age in hours beyond which a video counts as old; null for <see cref="DefaultMaxAgeHours"/>.</param>
/// <param name="DryRun">Only counts.</param>
public sealed record CleanUpCommand(Caller Caller, string? Kind, double? MaxAgeHours, bool DryRun) : IRequest<CleanUpResult>
{
    public const double DefaultMaxAgeHours = 720;
}

/// <param name="Cleaned">Videos and temporary files deleted; with a dry run, that would be.</param>
/// <param name="Failed">Those that could not be.</param>
/// <param name="FreedBytes">What the deleted took.</param>
/// <param name="Kind">As the caller named it.</param>
public sealed record CleanUpResult(int Cleaned, int Failed, long FreedBytes, string Kind);

internal sealed class CleanUpValidator : AbstractValidator<CleanUpCommand>
{
    public CleanUpValidator()
    {
        RuleFor(c => c.Kind).Must(kind => kind is null or "old" or "all" or "monitor").OrRefuse(() => StorageRefusals.UnknownType());
        RuleFor(c => c.MaxAgeHours).Must(hours => hours is null or >= 0).OrRefuse(() => StorageRefusals.UnusableAge());
    }
}

internal sealed class CleanUpHandler(Cleaner cleaner, TakeInProgress takeIn, TimeProvider clock, ILogger<CleanUpHandler> logger)
    : IRequestHandler<CleanUpCommand, CleanUpResult>
{
    // A folder of some thousand videos is taken in by then; callers of a larger one come again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ComeAgainAfter = TimeSpan.FromSeconds(5);

    /// <exception cref="RefusedException"><see cref="Refusal.Unavailable"/> before the whole folder is in the index.</exception>
    public async Task<CleanUpResult> Handle(CleanUpCommand request, CancellationToken cancellationToken)
    {
        var kind = request.Kind switch
        {
            "all" => CleanUpKind.All,
            "monitor" => CleanUpKind.Monitor,
            _ => CleanUpKind.Old,
        };
        await RequireWholeFolderAsync(cancellationToken);
        var hours = request.MaxAgeHours ?? CleanUpCommand.DefaultMaxAgeHours;
        var (cleaned, failed, freed) = await cleaner.CleanAsync(kind, request.Caller, hours, request.DryRun, cancellationToken);
        var result = new CleanUpResult(cleaned, failed, freed, request.Kind ?? "old");
        if (!request.DryRun)
            logger.CleanedUp(result.Kind, request.Caller.ClientName, cleaned, failed, freed);
        return result;
    }

    private async Task RequireWholeFolderAsync(CancellationToken cancellationToken)
    {
        try
        {
            await takeIn.FinishedAsync(cancellationToken).WaitAsync(LongestWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw StorageRefusals.NotTakenIn(takeIn.Done, takeIn.Found, ComeAgainAfter);
        }
    }
}
