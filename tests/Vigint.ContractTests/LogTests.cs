using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §2: keys and link tokens are never written to a log.</summary>
[OwnServer("its log")]
public sealed class LogTests
{
    [TestCase("Logging:LogLevel:Default", "Information", TestName = "In_the_usual_log_there_are_no_secrets")]
    [TestCase("Logging:LogLevel:Default", "Trace", TestName = "In_the_most_talkative_log_there_are_no_secrets")]
    [TestCase("Logging:LogLevel:Microsoft.AspNetCore", "Trace", TestName = "In_the_frameworks_own_log_there_are_no_secrets")]
    [TestCase("Logging:LogLevel:Microsoft.AspNetCore.Mvc", "Trace", TestName = "In_the_frameworks_log_of_arguments_there_are_no_secrets")]
    [TestCase(
        "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics",
        "Information",
        TestName = "In_the_frameworks_log_of_addresses_there_are_no_secrets"
    )]
    public async Task Keys_and_tokens_are_never_written_to_a_log(string category, string level)
    {
        const string wrongKey = "a-wrong-key-that-somebody-mistyped";
        const string wrongToken = "0123456789abcdef0123456789abcdef";
        const string storeKey = "the-video-stores-key-0123456789";
        var log = new LogLines();
        StoredVideo stored;
        await using (
            var server = new VigintServer(
                log: log,
                settings: [(category, level), ("SPARSE_AI_API_KEY", storeKey), ("ALLOW_QUERY_API_KEY", "true")]
            )
        )
        {
            using var api = new VideoApi(server.NewClient());
            using var anybody = new VideoApi(server.NewClient(key: null));
            stored = await api.StoreAsync("a", Clips.Fake());
            await api.GetAsync("/api/v1/videos");
            await anybody.GetAsync(stored.Link);
            await anybody.GetAsync(stored.Link, ("Range", "bytes=1-2"));
            await anybody.GetAsync($"/video/a/info?token={stored.Token}");
            await anybody.GetAsync($"/api/v1/videos/link/verify?video_id=a&token={stored.Token}");
            await anybody.GetAsync($"/video/a?token={wrongToken}");
            await anybody.GetAsync($"/no/such/address?token={stored.Token}&api_key={VigintServer.Key}");
            await anybody.GetAsync($"/api/storage/status?api_key={VigintServer.Key}");
            await anybody.GetAsync($"/api/storage/status?api_key={wrongKey}");
            await anybody.GetAsync("/api/storage/status", ("X-API-Key", storeKey));
            await anybody.GetAsync("/api/storage/status", ("Authorization", $"Bearer {wrongKey}"));
            await anybody.UploadAsync(UploadForm.Usual("b", Clips.Fake()), ("X-API-Key", wrongKey));
            await api.ExtendAsync("a", 1);
            await api.DeleteAsync("/api/v1/videos/upload/a");
        }

        string[] secrets = [VigintServer.Key, storeKey, wrongKey, stored.Token, wrongToken];

        Assert.That(log.All.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase))), Is.Empty);
    }

    [Test]
    public async Task Every_request_is_logged_with_its_id()
    {
        var log = new LogLines();
        await using var server = new VigintServer(log: log);
        using var api = new VideoApi(server.NewClient());
        await api.GetAsync("/api/health", ("X-Request-Id", "my-request-9"));

        var comes = await Eventually.ComesAsync(() =>
            Task.FromResult(
                log.All.Any(line =>
                    line.Contains("my-request-9", StringComparison.Ordinal) && line.Contains("200", StringComparison.Ordinal)
                )
            )
        );

        Assert.That(comes, Is.True);
    }
}
