namespace Vigint.Application.Usage;

/// <summary>Writes a batch of calls, and with it when each key was last used.</summary>
internal sealed class UsageWriter(IUsageRecords usage, IKeyUseRecords keys)
{
    public async Task WriteAsync(IReadOnlyList<RecordedCall> calls, CancellationToken cancellationToken)
    {
        await usage.AddAsync(calls, cancellationToken);
        var lastUses = calls
            .Where(call => call.KeyId != 0)
            .GroupBy(call => call.KeyId)
            .ToDictionary(group => group.Key, group => group.Max(call => call.At));
        if (lastUses.Count > 0)
            await keys.NoteUseAsync(lastUses, cancellationToken);
    }
}
