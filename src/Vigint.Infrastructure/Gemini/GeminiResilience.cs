using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Infrastructure.Gemini;

/// <summary>
/// Asks again what failed in passing, gives up on time, and leaves a host alone that fails repeatedly, with more than one clip. One
/// for all calls, because they go to one host.
/// </summary>
internal sealed class GeminiResilience
{
    private const int MostRetries = 2;

    // Who says that it takes longer is not waited for: the caller is told.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestToldWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestToldWait = TimeSpan.FromHours(1);

    // Half of what was asked within a minute, when there were three: one clip that is seen in the first look and fails in the second is
    // none yet.
    private const int LeastAsked = 3;
    private const double FailureRatio = 0.5;
    private static readonly TimeSpan Sampled = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeftAloneFor = TimeSpan.FromSeconds(30);

    // Meanwhile everybody else is turned away.
    private static readonly TimeSpan FindingOutMayTake = TimeSpan.FromSeconds(60);

    private static readonly ResiliencePropertyKey<TimeSpan> AttemptMayTake = new("attempt-may-take");
    private static readonly ResiliencePropertyKey<TimeSpan> AllMayTake = new("all-may-take");
    private static readonly ResiliencePropertyKey<long> ClipBytes = new("clip-bytes");

    private readonly TimeProvider clock;
    private readonly ILogger<GeminiResilience> logger;
    private readonly CircuitBreakerStateProvider breaker = new();
    private readonly ResiliencePipeline questions;
    private readonly ResiliencePipeline uploads;
    private volatile bool isKeyRefused;
    private long lastToFail;
    private long leftAloneUntil;

    public GeminiResilience(TimeProvider clock, ILogger<GeminiResilience> logger)
    {
        this.clock = clock;
        this.logger = logger;
        questions = WithAttempts(
            new ResiliencePipelineBuilder { TimeProvider = clock }.AddCircuitBreaker(
                new CircuitBreakerStrategyOptions
                {
                    ShouldHandle = asked => ValueTask.FromResult(CountsAgainst(asked.Outcome.Exception, asked.Context)),
                    FailureRatio = FailureRatio,
                    MinimumThroughput = LeastAsked,
                    SamplingDuration = Sampled,
                    BreakDuration = LeftAloneFor,
                    StateProvider = breaker,
                    OnOpened = opened =>
                    {
                        Interlocked.Exchange(ref leftAloneUntil, (clock.GetSteadyNow() + opened.BreakDuration).UtcTicks);
                        logger.NotAskedForAWhile(opened.BreakDuration.TotalSeconds);
                        return ValueTask.CompletedTask;
                    },
                    OnClosed = _ =>
                    {
                        logger.AnswersAgain();
                        return ValueTask.CompletedTask;
                    },
                }
            )
        );
        uploads = WithAttempts(new ResiliencePipelineBuilder { TimeProvider = clock });
    }

    /// <summary>In a few words what is wrong with the host, as far as was noticed; null for nothing.</summary>
    public string? Trouble =>
        isKeyRefused ? "the key is refused"
        : breaker.CircuitState == CircuitState.Closed ? null
        : "does not answer";

    /// <summary>Puts a question, with what decides whether the host is left alone.</summary>
    /// <param name="clipBytes">The size of the clip that this is about, by which it is told from others.</param>
    /// <param name="attemptMayTake">Longest time of one of up to three attempts.</param>
    /// <param name="deadline">For all of them together; null for none.</param>
    /// <exception cref="Exception">What <see cref="AsRefusal"/> understands, or the caller's own cancellation.</exception>
    public Task<T> AskAsync<T>(
        long clipBytes,
        TimeSpan attemptMayTake,
        Deadline? deadline,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken
    ) => RunAsync(questions, clipBytes, attemptMayTake, deadline, attempt, cancellationToken);

    /// <summary>
    /// Puts something beside the model. How that goes says nothing of the model, and takes too long to find out whether the host is
    /// well again; but nothing is sent to one that is left alone.
    /// </summary>
    /// <param name="attemptMayTake">Longest time of one of up to three attempts.</param>
    /// <param name="deadline">For all of them together; null for none.</param>
    /// <exception cref="Exception">As <see cref="AskAsync"/>.</exception>
    public Task<T> PutAsync<T>(
        TimeSpan attemptMayTake,
        Deadline? deadline,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        var left = TimeSpan.FromTicks(Interlocked.Read(ref leftAloneUntil) - clock.GetSteadyNow().UtcTicks);
        return left > TimeSpan.Zero && breaker.CircuitState == CircuitState.Open
            ? throw new BrokenCircuitException("The host is left alone.", left)
            : RunAsync(uploads, clipBytes: 0, attemptMayTake, deadline, attempt, cancellationToken);
    }

    private async Task<T> RunAsync<T>(
        ResiliencePipeline pipeline,
        long clipBytes,
        TimeSpan attemptMayTake,
        Deadline? deadline,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        var allMayTake = deadline?.Left ?? Timeout.InfiniteTimeSpan;
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(ClipBytes, clipBytes);
        context.Properties.Set(AttemptMayTake, attemptMayTake);
        context.Properties.Set(AllMayTake, allMayTake);
        try
        {
            var result = await pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt(context.CancellationToken),
                context,
                attempt
            );
            isKeyRefused = false;
            return result;
        }
        catch (GeminiFailure failure) when (failure.Fault == GeminiFault.KeyRefused)
        {
            // Said once, not with every clip.
            if (!isKeyRefused)
                logger.KeyRefused(failure.Reason);
            isKeyRefused = true;
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Begins a time that several calls have together.</summary>
    public Deadline Within(TimeSpan mayTake) => new(clock, mayTake);

    /// <returns>Null for what is no trouble with the host.</returns>
    public RefusedException? AsRefusal(Exception exception)
    {
        switch (exception)
        {
            case BrokenCircuitException broken:
                // While somebody finds out whether it is well again, the time is over already.
                return AnalysisRefusals.ModelIsAway(broken.RetryAfter > ShortestToldWait ? broken.RetryAfter.Value : ShortestToldWait);
            case TimeoutRejectedException:
                logger.AskedInVain("no answer in time");
                return AnalysisRefusals.ModelTookTooLong();
            case GeminiFailure { Fault: GeminiFault.Refused } failure:
                logger.AskedInVain(failure.Reason);
                return AnalysisRefusals.ModelRefuses(failure.Reason);
            case GeminiFailure { Fault: GeminiFault.FileGone } failure:
                logger.AskedInVain(failure.Reason);
                return AnalysisRefusals.ModelLostTheClip();
            case GeminiFailure failure:
                if (failure.Fault != GeminiFault.KeyRefused)
                    logger.AskedInVain(failure.Reason);
                return AnalysisRefusals.ModelIsAway(
                    failure.RetryAfter is { } wait ? (wait < LongestToldWait ? wait : LongestToldWait) : UsualWait
                );
            default:
                return null;
        }
    }

    // The first limit is for all attempts together; Polly takes a time that is not above zero for none. That it is one of Polly's, and no
    // token of ours, lets it count against the host.
    private ResiliencePipeline WithAttempts(ResiliencePipelineBuilder builder) =>
        builder
            .AddTimeout(
                new TimeoutStrategyOptions
                {
                    TimeoutGenerator = all => ValueTask.FromResult(all.Context.Properties.GetValue(AllMayTake, Timeout.InfiniteTimeSpan)),
                }
            )
            .AddRetry(
                new RetryStrategyOptions
                {
                    // A host that is not known to be well is asked once.
                    ShouldHandle = failed =>
                        ValueTask.FromResult(breaker.CircuitState == CircuitState.Closed && MayPass(failed.Outcome.Exception)),
                    MaxRetryAttempts = MostRetries,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = LongestWait,
                    UseJitter = true,
                    DelayGenerator = static retry => ValueTask.FromResult((retry.Outcome.Exception as GeminiFailure)?.RetryAfter),
                }
            )
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = attempt => ValueTask.FromResult(LimitOf(attempt.Context)) })
            .Build();

    private TimeSpan LimitOf(ResilienceContext context)
    {
        var usual = context.Properties.GetValue(AttemptMayTake, UsualWait);
        return breaker.CircuitState == CircuitState.HalfOpen && context.Properties.GetValue(ClipBytes, 0) > 0 && usual > FindingOutMayTake
            ? FindingOutMayTake
            : usual;
    }

    // Who has too much to do is there; allowances are per model. A caller who goes away is no failure either, but does not show that
    // the host is well again.
    private bool CountsAgainst(Exception? exception, ResilienceContext context) =>
        exception switch
        {
            TimeoutRejectedException or GeminiFailure { Fault: GeminiFault.Away or GeminiFault.KeyRefused } => IsOfAnotherClip(context),
            OperationCanceledException => breaker.CircuitState == CircuitState.HalfOpen,
            _ => false,
        };

    // There are clips at which a host fails every time; whoever sends one again and again shall not keep the others from asking. Two
    // of one size, to the byte, are taken for the same: then the host is left alone a little later. What decides whether it is well
    // again counts in any case.
    private bool IsOfAnotherClip(ResilienceContext context)
    {
        var clip = context.Properties.GetValue(ClipBytes, 0);
        return Interlocked.Exchange(ref lastToFail, clip) != clip || breaker.CircuitState != CircuitState.Closed;
    }

    private static bool MayPass(Exception? exception) =>
        exception is TimeoutRejectedException
        || (exception is GeminiFailure { Fault: GeminiFault.Busy or GeminiFault.Away } failure && !(failure.RetryAfter > LongestWait));
}
