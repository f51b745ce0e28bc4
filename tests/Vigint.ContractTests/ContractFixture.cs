using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>One server for all tests of a fixture, and callers with and without a key.</summary>
public abstract class ContractFixture
{
    /// <summary>Where a clock that stands still begins.</summary>
    protected static readonly DateTimeOffset Noon = new(2026, 10, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentBag<string> ids = [];
    private VigintServer? server;

    /// <summary>A caller with the operator's key.</summary>
    protected VideoApi Api { get; private set; } = null!;

    /// <summary>A caller without a key.</summary>
    protected VideoApi Anybody { get; private set; } = null!;

    /// <summary>Only there for what is marked with <see cref="OwnServerAttribute"/>.</summary>
    protected VigintServer Server => server ?? throw new InvalidOperationException("This test needs to be marked [OwnServer].");

    [OneTimeSetUp]
    public void Start()
    {
        if (!ContractTarget.IsElsewhere)
        {
            server = NewServer();
            Api = new VideoApi(server.NewClient());
        }

        Api ??= VideoApi.At(ContractTarget.Address!, ContractTarget.Key);
        Anybody = VideoApi.At(Api.Address, key: null);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        Api.Dispose();
        Anybody.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    [TearDown]
    public async Task RemoveWhatWasStored()
    {
        while (ids.TryTake(out var id))
            await Api.DeleteAsync($"/api/v1/videos/upload/{Uri.EscapeDataString(id)}");
    }

    /// <summary>A fixture that needs a clock or settings makes its server with them.</summary>
    protected virtual VigintServer NewServer() => new();

    /// <summary>An id that nobody has used; what is stored under it goes after the test.</summary>
    protected string NewId(string prefix = "contract_")
    {
        var id = VideoApi.NewId(prefix);
        ids.Add(id);
        return id;
    }

    protected static FakeTimeProvider NewClock() => new(Noon);

    protected static string Record(string id) => $"/api/v1/videos/{Uri.EscapeDataString(id)}";

    protected static string Upload(string id) => $"/api/v1/videos/upload/{Uri.EscapeDataString(id)}";
}
