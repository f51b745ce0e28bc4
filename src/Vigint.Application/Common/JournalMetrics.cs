using System.Diagnostics.Metrics;

namespace Vigint.Application.Common;

/// <summary>What the journals count.</summary>
public sealed class JournalMetrics(IMeterFactory meters)
{
    private readonly Counter<long> lost = VigintMeter
        .Of(meters)
        .CreateCounter<long>(
            "vigint.journal.lost",
            "{note}",
            "Notes of usage and audit that were lost: too many waited, or they could not be written."
        );

    /// <param name="journal"><c>usage</c> or <c>audit</c>.</param>
    /// <param name="count">Also 0: a series that is there before the first loss shows it.</param>
    public void Lost(string journal, long count) => lost.Add(count, KeyValuePair.Create<string, object?>("journal", journal));
}
