namespace Vigint.Cli.Servers;

/// <summary>How long a server asks to be left alone.</summary>
internal static class RetryTimes
{
    /// <returns>Null when the answer does not say.</returns>
    public static TimeSpan? Of(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } until } when answer.Headers.Date is { } now && until > now => until - now,
            _ => null,
        };
}
