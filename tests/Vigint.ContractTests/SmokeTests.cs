using Vigint.TestSupport;

namespace Vigint.ContractTests;

public sealed class SmokeTests
{
    [Test]
    public async Task A_started_server_is_healthy()
    {
        await using var server = new VigintServer();
        using var client = server.NewClient(key: null);

        using var answer = await client.GetAsync("/api/health");

        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
    }
}
