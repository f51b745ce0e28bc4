using MediatR;
using Vigint.Application.Clock;
using Vigint.Application.Videos.TakeInFolder;

namespace Vigint.Application.Health.CheckHealth;

/// <summary>Whether the server can do its work (contract §4, health).</summary>
public sealed record CheckHealthQuery : IRequest<CheckedHealth>;

/// <param name="Services">By name, in the order of their registration.</param>
/// <param name="Versions">Of those services that are programs of their own.</param>
/// <param name="TakeIn">How far the storage folder has been taken in.</param>
/// <param name="Clock">Whether deletions are held.</param>
public sealed record CheckedHealth(
    bool IsHealthy,
    IReadOnlyList<KeyValuePair<string, string>> Services,
    IReadOnlyList<KeyValuePair<string, string>> Versions,
    TakeInState TakeIn,
    ClockHealth Clock
);

public sealed record TakeInState(bool IsFinished, int Found, int Done);

internal sealed class CheckHealthHandler(IEnumerable<IServiceCheck> checks, TakeInProgress takeIn, ClockWatch watch)
    : IRequestHandler<CheckHealthQuery, CheckedHealth>
{
    public async Task<CheckedHealth> Handle(CheckHealthQuery request, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(checks.Select(async check => (check, state: await check.CheckAsync(cancellationToken))));
        return new CheckedHealth(
            states.All(one => one.state.IsUp || !one.check.IsVital),
            [.. states.Select(one => KeyValuePair.Create(one.check.Name, one.state.Text))],
            [.. states.Where(one => one.state.Version is not null).Select(one => KeyValuePair.Create(one.check.Name, one.state.Version!))],
            new TakeInState(takeIn.IsFinished, takeIn.Found, takeIn.Done),
            watch.Health
        );
    }
}
