using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Application.Usage;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Gemini;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>The adapter as the server has it, over a real HTTP server that plays Gemini.</summary>
public abstract class GeminiFixture
{
    protected const string Question = "Is there anything \"unusual\"?";

    private TemporaryFolder folder = null!;
    private ServiceProvider services = null!;

    protected FakeGemini Gemini { get; private set; } = null!;

    private protected SkippingClock Clock { get; private set; } = null!;

    protected LogLines Log { get; private set; } = null!;

    protected IVisionModel Model => services.GetRequiredService<IVisionModel>();

    [SetUp]
    public async Task Open()
    {
        folder = new TemporaryFolder();
        Gemini = await FakeGemini.StartAsync();
        Clock = new SkippingClock(A.Noon, shortestLimit: TimeSpan.FromSeconds(10));
        UseOptions(NewOptions());
    }

    [TearDown]
    public async Task Close()
    {
        await Gemini.DisposeAsync();
        await services.DisposeAsync();
        Log.Dispose();
        folder.Dispose();
    }

    protected GeminiOptions NewOptions(string? key = FakeGemini.Key) =>
        new(
            key,
            Gemini.Address,
            GeminiOptions.ModelsOf(GeminiOptions.UsualScreeningModels)!,
            GeminiOptions.ModelsOf(GeminiOptions.UsualConfirmationModels)!
        );

    /// <param name="handler">What makes the connections; null for the adapter's own.</param>
    protected void UseOptions(GeminiOptions options, Func<HttpMessageHandler>? handler = null)
    {
        services?.Dispose();
        Log?.Dispose();
        Log = new LogLines();
        var registrations = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(options)
            .AddInfrastructure();
        if (handler is not null)
            registrations.AddHttpClient(GeminiApi.ClientName).ConfigurePrimaryHttpMessageHandler(handler);
        services = registrations.BuildServiceProvider();
    }

    /// <summary>What health says of the analysis.</summary>
    protected async Task<string> HealthAsync() =>
        (await ActivatorUtilities.CreateInstance<GeminiCheck>(services).CheckAsync(CancellationToken.None)).Text;

    protected ClipFile Clip(int sizeBytes = 100_000, string contentType = "video/mp4", TimeSpan? duration = null) =>
        Clip(Clips.Fake(sizeBytes), contentType, duration);

    protected ClipFile Clip(byte[] bytes, string contentType = "video/mp4", TimeSpan? duration = null)
    {
        var path = folder.At($"clip-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, bytes);
        return new ClipFile(new MediaFile(path), contentType, bytes.Length, duration);
    }

    /// <summary>Shows a small clip and asks once.</summary>
    protected async Task<Observation> AskAsync(
        AnalysisStage stage = AnalysisStage.Screening,
        int sizeBytes = 100_000,
        CancellationToken cancellationToken = default
    )
    {
        await using var shown = await Model.ShowAsync(Clip(sizeBytes), cancellationToken);
        return await shown.AskAsync(stage, Question, cancellationToken);
    }
}
