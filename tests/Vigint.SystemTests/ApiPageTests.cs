using System.Collections.Concurrent;

namespace Vigint.SystemTests;

/// <summary>The page on which calls are tried.</summary>
public sealed class ApiPageTests : BrowserFixture
{
    [Test]
    public async Task It_shows_the_calls_and_asks_no_other_host()
    {
        var asked = new ConcurrentBag<string>();
        var page = await Browser.NewPageAsync();
        page.Request += (_, request) => asked.Add(request.Url);

        await page.GotoAsync($"{Server.Address}docs");
        await page.GetByText("Store a clip and get its private link").First.WaitForAsync();

        Assert.That(
            asked.Where(url =>
                url.StartsWith("http", StringComparison.Ordinal) && !url.StartsWith($"{Server.Address}", StringComparison.Ordinal)
            ),
            Is.Empty
        );
        Assert.That(asked, Has.Some.EndsWith("/openapi/v1.json"));
    }

    [Test]
    public async Task A_call_can_be_tried_on_it()
    {
        var page = await Browser.NewPageAsync();
        await page.GotoAsync($"{Server.Address}docs#tag/health/GET/health/live");
        await page.GetByText("Whether the process answers").First.WaitForAsync();

        await page.Locator("button:has-text('(get /health/live)')").First.ClickAsync();
        var answer = page.WaitForResponseAsync(response => response.Url.EndsWith("/health/live", StringComparison.Ordinal));
        await page.Locator("button:has-text('Send')").First.ClickAsync();

        Assert.That((await answer).Status, Is.EqualTo(200));
    }
}
