using System.Security.Cryptography;
using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>Clips that are too large to go along: put beside the model once, and removed whatever happens.</summary>
public sealed class UploadedClipTests : GeminiFixture
{
    private const int JustTooLarge = (14 * 1024 * 1024) + 1;

    [Test]
    public async Task A_large_clip_arrives_as_it_is()
    {
        var bytes = RandomNumberGenerator.GetBytes(JustTooLarge);

        await using var shown = await Model.ShowAsync(Clip(bytes), CancellationToken.None);

        Assert.That(Gemini.Files.Present.Single().Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
    }

    [Test]
    public async Task A_large_clip_is_put_there_once_and_asked_about_in_both_stages()
    {
        await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        await shown.AskAsync(AnalysisStage.Confirmation, Question, CancellationToken.None);

        var file = Gemini.Files.Present.Single();
        Assert.That(
            Gemini.Asked.Select(asked => (asked.FileUri, asked.MimeType, asked.InlineBytes)),
            Is.All.EqualTo(($"{Gemini.Address}/v1beta/{file.Name}", "video/mp4", (int?)null))
        );
    }

    [Test]
    public async Task A_clip_of_300_MB_is_streamed()
    {
        const long size = 300L * 1024 * 1024;

        await using var shown = await Model.ShowAsync(SparseClip(size), CancellationToken.None);
        var observation = await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That((Gemini.Files.Present.Single().SizeBytes, observation.IncidentDetected), Is.EqualTo((size, false)));
    }

    [Test]
    public async Task A_file_is_not_asked_about_before_it_is_ready()
    {
        Gemini.Files.LooksUntilReady = 4;

        await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);

        Assert.That(Gemini.Calls.Count(call => call.StartsWith("GET /v1beta/files/", StringComparison.Ordinal)), Is.EqualTo(4));
    }

    [Test]
    public async Task A_file_is_removed_when_nobody_asks_about_it_any_more()
    {
        var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);
        await shown.DisposeAsync();

        Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_file_is_removed_after_a_question_that_failed()
    {
        Gemini.Screening.Blocks("PROHIBITED_CONTENT");
        await using (var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None))
            Assert.ThrowsAsync<RefusedException>(() => shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None));

        Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task A_file_is_removed_after_a_question_that_was_cancelled()
    {
        var gate = Gemini.Screening.Holds();
        using var gone = new CancellationTokenSource();
        await using (var shown = await Model.ShowAsync(LargeClip(), gone.Token))
        {
            var answer = shown.AskAsync(AnalysisStage.Screening, Question, gone.Token);
            await gate.Reached;
            await gone.CancelAsync();
            Assert.That(() => answer, Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_file_that_the_host_cannot_use_is_refused_and_removed()
    {
        Gemini.Files.FailsToProcess = true;

        var refused = Assert.ThrowsAsync<RefusedException>(() => Model.ShowAsync(LargeClip(), CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused!.Refusal, refused.Advice), Is.EqualTo((Refusal.BadGateway, "It says FAILED; nothing was judged")));
            Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));
        }
    }

    [Test]
    public void A_file_that_never_gets_ready_is_given_up_and_removed()
    {
        Gemini.Files.LooksUntilReady = int.MaxValue;

        var refused = Assert.ThrowsAsync<RefusedException>(() => Model.ShowAsync(LargeClip(), CancellationToken.None));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.Refusal, Is.EqualTo(Refusal.GatewayTimeout));
            Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));

            // A hundred, a tenth of what 14 MB play at most, and 28 in which they are sent.
            Assert.That((Clock.GetUtcNow() - A.Noon).TotalSeconds, Is.InRange(130, 134));
        }
    }

    [Test]
    public async Task An_upload_that_broke_off_is_begun_again()
    {
        Gemini.Files.BreakUploads(2);

        await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);

        Assert.That(Gemini.Files.Present.Single().SizeBytes, Is.EqualTo(JustTooLarge));
    }

    [Test]
    public async Task An_upload_whose_answer_was_lost_leaves_no_second_file()
    {
        Gemini.Files.LoseAnswers(1);

        await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);

        Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_file_that_the_host_has_lost_is_put_there_again_and_asked_about()
    {
        await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);
        Gemini.Screening.Answers(incident: true);
        Gemini.Files.Lose();

        var observation = await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);

        Assert.That((observation.IncidentDetected, Gemini.Files.Present.Count, await HealthAsync()), Is.EqualTo((true, 1, "up")));
    }

    [Test]
    public async Task A_file_that_was_put_there_again_is_removed_too()
    {
        await using (var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None))
        {
            Gemini.Files.Lose();
            await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        }

        Assert.That((Gemini.Files.Present.Count, Gemini.Files.Removed.Count), Is.EqualTo((0, 1)));
    }

    [TestCase(0, TestName = "A_file_that_the_host_loses_every_time_is_put_there_twice_and_then_refused")]
    [TestCase(1, TestName = "A_file_that_the_host_loses_every_time_before_it_is_ready_is_put_there_twice_and_then_refused")]
    public async Task What_is_lost_every_time_is_refused(int looksUntilReady)
    {
        Gemini.Files.LooksUntilReady = looksUntilReady;
        Gemini.Files.LosesAll = true;

        var refused = Assert.ThrowsAsync<RefusedException>(async () =>
        {
            await using var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);
            await shown.AskAsync(AnalysisStage.Screening, Question, CancellationToken.None);
        });

        Assert.That(
            (refused!.Refusal, refused.Message, await HealthAsync()),
            Is.EqualTo((Refusal.BadGateway, "AI analysis lost the clip", "up"))
        );
        Assert.That(Gemini.Calls.Count(call => call == "POST /upload/v1beta/files"), Is.EqualTo(2));
    }

    [Test]
    public void An_upload_that_breaks_off_every_time_is_refused()
    {
        Gemini.Files.BreakUploads(int.MaxValue);

        var refused = Assert.ThrowsAsync<RefusedException>(() => Model.ShowAsync(LargeClip(), CancellationToken.None));

        Assert.That((refused!.Refusal, refused.RetryAfter > TimeSpan.Zero), Is.EqualTo((Refusal.Unavailable, true)));
    }

    [Test]
    public async Task The_bytes_go_to_no_other_host()
    {
        await using var other = await FakeGemini.StartAsync();
        Gemini.Files.UploadAddress = other.Address;

        var refused = Assert.ThrowsAsync<RefusedException>(() => Model.ShowAsync(LargeClip(), CancellationToken.None));

        Assert.That((refused!.Refusal, other.Calls.Count), Is.EqualTo((Refusal.Unavailable, 0)));
    }

    [Test]
    public async Task A_file_that_cannot_be_removed_is_logged_and_troubles_nobody()
    {
        Gemini.Files.FailsToDeleteWith = 500;
        var shown = await Model.ShowAsync(LargeClip(), CancellationToken.None);

        await shown.DisposeAsync();

        Assert.That(Log.All, Has.One.Contains("could not be removed from Gemini (INTERNAL)"));
    }

    private ClipFile LargeClip() => SparseClip(JustTooLarge);

    // Takes no room on the disk.
    private ClipFile SparseClip(long sizeBytes)
    {
        var clip = Clip(1000);
        using var file = File.OpenWrite(clip.Media.Path);
        file.SetLength(sizeBytes);
        return clip with { SizeBytes = sizeBytes };
    }
}
