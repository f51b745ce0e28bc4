namespace Vigint.Cli.Migration;

/// <summary>Ends a transfer in which nothing has moved for a while; as long as something moves it may take what it takes.</summary>
internal sealed class StallGuard : IDisposable
{
    /// <summary>A server may need that long to flush a large video before it answers.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource stalled = new();
    private readonly CancellationTokenSource either;

    public StallGuard(CancellationToken cancellationToken)
    {
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        Moved();
    }

    public CancellationToken Token => either.Token;

    public void Moved() => stalled.CancelAfter(Longest);

    public void Dispose()
    {
        either.Dispose();
        stalled.Dispose();
    }
}
