using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>A server whose clock is moved, and its administrator.</summary>
public abstract class AdminFixture : ContractFixture
{
    protected FakeTimeProvider Clock { get; } = NewClock();

    protected AdminApi Admin { get; private set; } = null!;

    protected override VigintServer NewServer() => new(Clock);

    [OneTimeSetUp]
    public void Enter() => Admin = new AdminApi(Server.NewClient(key: null));

    [OneTimeTearDown]
    public void Leave() => Admin.Dispose();
}
