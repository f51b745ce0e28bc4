using Polly;
using Polly.Retry;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Migration;

/// <summary>Tries again what failed in passing. A server that says how long it wants to be left alone is left alone that long.</summary>
internal sealed class Retries(TimeProvider clock)
{
    // Without being told a time: 1, 2, 4 and 8 seconds, more or less.
    private const int UsualTries = 4;

    // A client that may upload ten a minute is told so again and again; that is no reason to give up.
    private const int MostTries = 100;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(
            new RetryStrategyOptions
            {
                ShouldHandle = static tried =>
                    ValueTask.FromResult(
                        tried.Outcome.Exception is ServerFailure { MayPass: true } failure
                            && (failure.RetryAfter is not null || tried.AttemptNumber < UsualTries)
                    ),
                MaxRetryAttempts = MostTries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = LongestWait,
                UseJitter = true,
                DelayGenerator = static tried =>
                    ValueTask.FromResult(
                        (tried.Outcome.Exception as ServerFailure)?.RetryAfter is { } told
                            ? (TimeSpan?)(told < LongestWait ? told : LongestWait)
                            : null
                    ),
            }
        )
        .Build();

    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(static async (attempt, token) => await attempt(token), attempt, cancellationToken).AsTask();
}
