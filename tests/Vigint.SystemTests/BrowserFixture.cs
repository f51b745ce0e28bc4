using Microsoft.Playwright;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>A server process, and a browser to look at it with.</summary>
public abstract class BrowserFixture
{
    private TemporaryFolder folder = null!;
    private IPlaywright playwright = null!;

    private protected VigintProcess Server { get; private set; } = null!;

    protected IBrowser Browser { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var chromium = Needs.Program("chromium");
        folder = new TemporaryFolder();
        Server = await VigintProcess.StartAsync(folder.Path);
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(Chromium.Options(chromium));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        playwright?.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
        folder?.Dispose();
    }
}
