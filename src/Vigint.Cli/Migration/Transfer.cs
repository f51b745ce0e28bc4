using Vigint.Cli.Servers;

namespace Vigint.Cli.Migration;

/// <summary>One try to move something over the network: ended at a standstill, its trouble told in a sentence.</summary>
internal static class Transfer
{
    /// <param name="other">Who is at the other end, as the beginning of a sentence.</param>
    /// <param name="transfer">Tells its guard whenever something has moved.</param>
    /// <exception cref="ServerFailure">It did not come to its end.</exception>
    public static async Task<T> RunAsync<T>(string other, Func<StallGuard, Task<T>> transfer, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(cancellationToken);
        try
        {
            return await transfer(guard);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ServerFailure($"{other} cannot be reached, or broke off ({exception.GetBaseException().Message}).", cause: exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerFailure(
                $"{other} cannot be reached, or nothing moved for {StallGuard.Longest.TotalSeconds:0} seconds.",
                cause: exception
            );
        }
    }
}
