using System.Globalization;
using Vigint.SystemTests.Cli;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>A start at a time before the last run, with the real program on the real clock (contract §4, a clock that was set).</summary>
public sealed class ClockTests
{
    [Test]
    public async Task A_start_before_the_time_of_the_last_run_deletes_nothing_until_the_clock_is_confirmed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("data", "videos"));
        var record = folder.At("data", "videos", ".clock");
        var ahead = TimeProvider.System.GetUtcNow().AddHours(3).ToUnixTimeMilliseconds();
        await File.WriteAllTextAsync(record, string.Create(CultureInfo.InvariantCulture, $"{ahead} 1000 another-boot\n"));

        string status;
        await using (var server = await VigintProcess.StartAsync(folder.Path))
        {
            var cleanUp = await server.Api.PostAsync("/api/storage/cleanup", "{}");
            status = await StatusAsync(server);

            // On a machine with a time service the clock is right, and is believed at once.
            var isSynchronized = server.Output.Contains("The clock is believed: the system says", StringComparison.Ordinal);
            Assert.That(server.Output, Does.Contain("The clock was set back by 02:59:"));
            Assert.That((status, cleanUp.Status), Is.EqualTo(isSynchronized ? ("good", 200) : ("stepped", 503)));

            var confirmed = await VigintCli.RunAsync(
                folder,
                [("VIGINT_SERVER", server.Address.ToString()), ("VIGINT_ADMIN_KEY", VigintProcess.Key)],
                "storage",
                "confirm-clock"
            );
            Assert.That((confirmed.ExitCode, await StatusAsync(server)), Is.EqualTo((0, "good")));
            Assert.That(confirmed.Output, Does.Contain("clock").And.EndsWith("."));

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            Assert.That(await server.InterruptAsync(limit.Token), Is.Zero);
        }

        var kept = long.Parse((await File.ReadAllTextAsync(record)).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.That(
            kept,
            Is.InRange(
                TimeProvider.System.GetUtcNow().AddMinutes(-2).ToUnixTimeMilliseconds(),
                TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()
            )
        );

        await using var again = await VigintProcess.StartAsync(folder.Path);
        Assert.That(await StatusAsync(again), Is.EqualTo("good"));
    }

    private static async Task<string> StatusAsync(VigintProcess server) =>
        (await server.Api.GetAsync("/api/health")).Member("clock")!["status"]!.GetValue<string>();
}
