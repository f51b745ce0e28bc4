using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The alert rules, by Prometheus' own program.</summary>
public sealed class AlertRuleTests
{
    [Test]
    public async Task They_fire_when_it_is_said_that_they_do()
    {
        var (exitCode, output) = await Shell.RunAsync(
            "/",
            [Needs.Program("promtool"), "test", "rules", Repository.At("deploy", "prometheus", "alerts.test.yml")]
        );

        Assert.That(exitCode, Is.Zero, output);
    }
}
