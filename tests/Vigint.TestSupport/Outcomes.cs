using Vigint.Domain.Alerts;

namespace Vigint.TestSupport;

/// <summary>What a test expects of a delivery: that it succeeds, or that it fails.</summary>
public static class Outcomes
{
    /// <returns>What the other side answered.</returns>
    /// <exception cref="InvalidOperationException">It was not delivered.</exception>
    public static async Task<string> AnswerAsync(this Task<DeliveryOutcome> delivering) =>
        await delivering is DeliveryOutcome.Delivered delivered
            ? delivered.Answer
            : throw new InvalidOperationException($"It was not delivered: {await delivering}");

    /// <exception cref="InvalidOperationException">It was delivered, or had no turn.</exception>
    public static async Task<NotDelivered> FailureAsync(this Task<DeliveryOutcome> delivering) =>
        await delivering switch
        {
            DeliveryOutcome.TryLater later => new NotDelivered(later.Reason, IsPermanent: false),
            DeliveryOutcome.GiveUp given => new NotDelivered(given.Reason, IsPermanent: true),
            var other => throw new InvalidOperationException($"It did not fail: {other}"),
        };
}

/// <param name="Message">The reason.</param>
/// <param name="IsPermanent">Whether the other side will not have it, however often it is tried.</param>
public sealed record NotDelivered(string Message, bool IsPermanent);
