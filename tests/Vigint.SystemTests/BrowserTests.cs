using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What a person sees who opens a private link.</summary>
public sealed class BrowserTests : BrowserFixture
{
    [Test]
    public async Task A_private_link_plays_and_can_be_wound()
    {
        var link = await UploadAsync();
        var page = await Browser.NewPageAsync();
        await page.GotoAsync(link.AbsoluteUri);

        await page.WaitForFunctionAsync("document.querySelector('video').readyState === 4");
        var duration = await page.EvaluateAsync<double>("document.querySelector('video').duration");
        var wound = await page.EvaluateAsync<double>(
            """
            new Promise(done => {
              const video = document.querySelector('video');
              video.pause();
              video.addEventListener('seeked', () => done(video.currentTime), { once: true });
              video.currentTime = 3;
            })
            """
        );

        Assert.That(duration, Is.EqualTo(5).Within(0.05));
        Assert.That(wound, Is.EqualTo(3).Within(0.05));
    }

    [Test]
    public async Task A_page_elsewhere_may_show_the_video()
    {
        var link = await UploadAsync();
        var page = await Browser.NewPageAsync();

        await page.SetContentAsync($"<video src='{link}' preload=auto></video>");

        await page.WaitForFunctionAsync("document.querySelector('video').readyState === 4");
        Assert.That(await page.EvaluateAsync<double>("document.querySelector('video').videoWidth"), Is.EqualTo(320));
    }

    [Test]
    public async Task A_wrong_link_says_so_in_plain_words()
    {
        var link = await UploadAsync();
        var page = await Browser.NewPageAsync();

        var answer = await page.GotoAsync(link.AbsoluteUri + "0");

        Assert.That(answer!.Status, Is.EqualTo(403));
        Assert.That(await page.InnerTextAsync("h1"), Is.EqualTo("This link does not work"));
        Assert.That(await page.InnerTextAsync("main"), Does.Contain("Ask the person or shop that sent you this link"));
    }

    /// <returns>The private link as the server gave it.</returns>
    private async Task<Uri> UploadAsync()
    {
        var answer = await Server.Api.UploadAsync(UploadForm.Usual(VideoApi.NewId(), await Clips.FiveSecondsAsync()));
        return new Uri(answer.Text("private_link"));
    }
}
