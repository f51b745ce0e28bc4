using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §4: what is sent to a collector, and what never is.</summary>
[OwnServer("its collector")]
public sealed class CollectorTests
{
    private const string Metrics = "/v1/metrics";
    private const string Traces = "/v1/traces";

    // More than goes along with a question: it is put beside the model, to an address that is a secret.
    private const int LargeClip = 15 * 1024 * 1024;

    private FakeCollector collector = null!;
    private FakeGemini gemini = null!;
    private TemporaryFolder folder = null!;
    private StoredVideo stored = null!;
    private string uploadCall = null!;

    [OneTimeSetUp]
    public async Task MakeCalls()
    {
        folder = new TemporaryFolder();
        collector = await FakeCollector.StartAsync();
        gemini = await FakeGemini.StartAsync();
        gemini.Screening.Answers(incident: false);
        await using var server = await VigintProcess.StartAsync(
            folder.Path,
            [.. collector.Settings, .. gemini.Settings, ("RENDITIONS", "false"), ("ALLOW_QUERY_API_KEY", "true")]
        );
        using var anybody = VideoApi.At(server.Address, key: null);
        stored = await server.Api.StoreAsync("traced", Clips.Fake(LargeClip));
        await anybody.GetAsync(stored.Link, ("Range", "bytes=0-9"));
        await anybody.GetAsync($"{stored.Link}x");
        await anybody.GetAsync($"/no/such/address/{stored.Token}?token={stored.Token}");
        await anybody.GetAsync($"/api/v1/videos?api_key={VigintProcess.Key}");
        await anybody.GetAsync($"/api/v1/videos/link/verify?video_id=traced&token={stored.Token}");
        await server.Api.PostAsync("/api/video/analyze", """{"video_id":"traced"}""");
        uploadCall = gemini.Calls.First(call => call.Contains("upload_id=", StringComparison.Ordinal));

        await Eventually.RequireAsync(
            "all is sent",
            () =>
                Task.FromResult(
                    collector.TextOf(Metrics).Contains("vigint.model.cost", StringComparison.Ordinal)
                        && collector.TextOf(Traces).Contains("api/video/analyze", StringComparison.Ordinal)
                )
        );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await collector.DisposeAsync();
        await gemini.DisposeAsync();
        folder.Dispose();
    }

    [TestCase("vigint.video.uploads")]
    [TestCase("http.server.request.duration")]
    [TestCase("dotnet.gc.collections")]
    [TestCase("service.version")]
    public void Figures_are_sent(string name) => Assert.That(collector.TextOf(Metrics), Does.Contain(name));

    [TestCase("video/{video_id}", TestName = "A_request_is_traced_by_its_route")]
    [TestCase("http://127.0.0.1", TestName = "A_call_to_the_model_is_traced_by_its_host")]
    [TestCase("http.response.status_code", TestName = "An_answer_is_traced_by_its_status")]
    public void Requests_are_traced(string text) => Assert.That(collector.TextOf(Traces), Does.Contain(text));

    [TestCase(Metrics)]
    [TestCase(Traces)]
    public void Neither_a_token_nor_a_key_nor_an_address_is_sent(string path)
    {
        var secretOfUpload = uploadCall[(uploadCall.IndexOf("upload_id=", StringComparison.Ordinal) + "upload_id=".Length)..];

        Assert.That(
            collector.TextOf(path),
            Does.Not.Contain(stored.Token)
                .And.Not.Contain(VigintProcess.Key)
                .And.Not.Contain(FakeGemini.Key)
                .And.Not.Contain(secretOfUpload)
                .And.Not.Contain("token=")
                .And.Not.Contain("traced")
                .And.Not.Contain("url.query")
                .And.Not.Contain("url.path")
        );
    }
}
