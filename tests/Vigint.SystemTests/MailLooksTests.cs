using Microsoft.Playwright;
using MimeKit;
using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>What a person sees who opens the mail of an alert on a telephone, by day and by night.</summary>
[TestFixture(ColorScheme.Light)]
[TestFixture(ColorScheme.Dark)]
public sealed class MailLooksTests(ColorScheme scheme)
{
    // Of a telephone that most people could have.
    private const int Width = 390;
    private const int Height = 844;

    // WCAG 2.1, level AA, for text of any size.
    private const double LeastContrast = 4.5;

    // Of each piece of text the contrast to the nearest ground behind it.
    private const string Contrasts = """
        (() => {
          const light = colour => {
            const [r, g, b] = colour.match(/[\d.]+/g).map(one => one / 255)
              .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = element => {
            const colour = getComputedStyle(element).backgroundColor;
            return colour.startsWith('rgb(') ? colour : ground(element.parentElement);
          };
          return [...document.querySelectorAll('body *')]
            .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
            .map(element => {
              const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            });
        })()
        """;

    private FakeSmtp smtp = null!;
    private MailSending sending = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private byte[] still = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var chromium = Needs.Program("chromium");
        Needs.Program("ffmpeg");
        smtp = new FakeSmtp();
        sending = MailSending.By(smtp, TimeProvider.System);
        still = await Clips.PictureAsync("1280x720");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(Chromium.Options(chromium));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (sending is not null)
            await sending.DisposeAsync();
        if (smtp is not null)
            await smtp.DisposeAsync();
    }

    private AlertNotice Usual => A.Notice with { Repeats = 3, Clip = A.Notice.Clip! with { Still = still } };

    // Little is known of the second; the third has words that no line holds.
    private static IEnumerable<TestCaseData> Changes()
    {
        yield return new TestCaseData((AlertNotice usual) => usual).SetArgDisplayNames("of_which_everything_is_known");
        yield return new TestCaseData(
            (AlertNotice usual) =>
                usual with
                {
                    Risk = RiskLevel.Low,
                    IncidentType = null,
                    DetailedAnalysis = null,
                    Source = null,
                    StartSeconds = null,
                    Clip = null,
                    ClipTrouble = "the clip was no video",
                    Repeats = 0,
                }
        ).SetArgDisplayNames("of_which_little_is_known");
        yield return new TestCaseData(
            (AlertNotice usual) =>
                usual with
                {
                    Risk = RiskLevel.Medium,
                    ClientName = new string('s', 200),
                    IncidentType = new string('w', 500),
                    Analysis = new string('a', 5_000),
                    Source = new AlertSource("cam-1", new string('c', 200)),
                }
        ).SetArgDisplayNames("of_endless_words");
    }

    [TestCaseSource(nameof(Changes))]
    public async Task Nobody_has_to_move_it_sideways(Func<AlertNotice, AlertNotice> change)
    {
        var page = await OpenAsync(change(Usual));

        Assert.That(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(Width));
    }

    [TestCaseSource(nameof(Changes))]
    public async Task Every_text_stands_out_from_its_ground(Func<AlertNotice, AlertNotice> change)
    {
        var page = await OpenAsync(change(Usual));

        var contrasts = await page.EvaluateAsync<double[]>(Contrasts);

        Assert.That(contrasts, Is.Not.Empty.And.All.GreaterThan(LeastContrast));
    }

    [Test]
    public async Task The_way_to_the_clip_is_seen_at_once_and_large_enough_for_a_thumb()
    {
        var page = await OpenAsync(Usual);

        var button = (await page.Locator("a").BoundingBoxAsync())!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(button.Y + button.Height, Is.LessThan(Height));
            Assert.That(button.Height, Is.GreaterThan(44));
            Assert.That(await page.Locator("a").GetAttributeAsync("href"), Is.EqualTo(Usual.Clip!.Link));
        }
    }

    [Test]
    public async Task The_still_is_shown_without_asking_anybody()
    {
        var page = await OpenAsync(Usual);

        Assert.That(await page.Locator("img").EvaluateAsync<int>("picture => picture.naturalWidth"), Is.EqualTo(1280));
    }

    [Test]
    public async Task By_night_it_is_dark()
    {
        var page = await OpenAsync(Usual);

        var ground = await page.Locator("body").EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");

        Assert.That(ground, Is.EqualTo(scheme == ColorScheme.Dark ? "rgb(12, 14, 18)" : "rgb(238, 241, 245)"));
    }

    private async Task<IPage> OpenAsync(AlertNotice notice)
    {
        await sending.Mailer.SendAsync(WrittenMail.Of(notice, zone: "Europe/Paris"), CancellationToken.None).AnswerAsync();
        var mail = smtp.Mails[^1].Read();
        var html = mail.HtmlBody!;
        if (mail.BodyParts.OfType<MimePart>().FirstOrDefault(part => part.ContentId == "still") is { } picture)
        {
            using var bytes = new MemoryStream();
            await picture.Content!.DecodeToAsync(bytes);
            html = html.Replace("cid:still", $"data:image/jpeg;base64,{Convert.ToBase64String(bytes.ToArray())}", StringComparison.Ordinal);
        }

        var page = await browser.NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = Width, Height = Height },
                DeviceScaleFactor = 2,
                IsMobile = true,
                ColorScheme = scheme,
            }
        );
        await page.SetContentAsync(html);
        return page;
    }
}
