using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Clock;
using Vigint.Infrastructure.Disk;

namespace Vigint.TestSupport;

/// <summary>The whole server on a real port, over a temporary working folder that goes with it.</summary>
public sealed class VigintServer : WebApplicationFactory<Program>
{
    public const string Key = "contract-tests-secret-key-0123456789";

    private static readonly TimeSpan DatabaseMayTake = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> settings;
    private readonly FakeTimeProvider? clock;
    private readonly LogLines? log;

    /// <param name="clock">Stands still until it is moved; null for the real time.</param>
    /// <param name="settings">Names and values as in the environment.</param>
    public VigintServer(FakeTimeProvider? clock = null, LogLines? log = null, params (string Name, string Value)[] settings)
    {
        this.clock = clock;
        this.log = log;
        this.settings = settings.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);

        // Without a port: the factory would set it on a server that may be starting already. PORT=0 says the same in time.
        UseKestrel();
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>What the system says about its clock; the machine's own says something else on each.</summary>
    public PlayedKernelClock Kernel { get; } = new();

    /// <summary>Where the videos are.</summary>
    public string StorageFolder => Folder.At("data", "videos");

    /// <summary>Whether servers that are not told otherwise get SQLite, as with nothing configured.</summary>
    public static bool IsOnSqlite => NewDatabase is null;

    /// <summary>Makes the address of a new database; null for SQLite in the server's own folder.</summary>
    public static Func<string>? NewDatabase { get; private set; }

    /// <summary>From now on each server gets a new database from here unless it is told otherwise; null for SQLite again.</summary>
    public static void UseDatabases(Func<string>? addresses) => NewDatabase = addresses;

    /// <summary>Starts the server if need be.</summary>
    /// <param name="key">Null for a caller without a key.</param>
    public HttpClient NewClient(string? key = Key)
    {
        StartServer();
        var client = CreateClient();
        client.Timeout = TimeSpan.FromSeconds(60);
        if (!IsOnSqlite)
            WaitUntilHealthy(client);
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseContentRoot(Folder.Path);
        builder.UseSetting("SECRET_KEY", Key);
        builder.UseSetting("HOST", "127.0.0.1");
        builder.UseSetting("PORT", "0");
        if (NewDatabase is not null && !settings.ContainsKey("DATABASE_URL"))
            builder.UseSetting("DATABASE_URL", NewDatabase());

        // Most clips here are none that ffmpeg could read; those who mean renditions ask for them.
        builder.UseSetting("RENDITIONS", "false");
        foreach (var (name, value) in settings)
            builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IKernelClock>(Kernel);
            FfmpegLookedAtOnce.Use(services);
            if (clock is not null)
                services.AddSingleton<TimeProvider>(clock);
        });
        builder.ConfigureLogging(logging =>
        {
            logging.ClearProviders();
            if (log is not null)
                logging.AddProvider(log);
        });
    }

    // Such a database may come later than the server, on a busy machine much later.
    private static void WaitUntilHealthy(HttpClient client)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < DatabaseMayTake; )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/health");
            using var answer = client.Send(request);
            if (answer.IsSuccessStatusCode)
                return;
            Thread.Yield();
        }

        throw new TimeoutException("The server does not get healthy.");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();

        // The program takes itself apart at the same moment as the factory does, and may still be at it.
        await Eventually.RequireAsync("the storage folder is given back", () => Task.FromResult(IsGivenBack()));
        Folder.Dispose();
    }

    private bool IsGivenBack()
    {
        var path = settings.GetValueOrDefault("VIDEO_STORAGE_DIR") ?? StorageFolder;
        if (!Directory.Exists(path))
            return true;
        using var folder = Posix.OpenFolder(path);
        if (!Posix.TryTake(folder))
            return false;
        Posix.GiveBack(folder);
        return true;
    }
}
