using System.Net.Sockets;
using dotenv.net;
using Microsoft.Extensions.Configuration.Memory;
using Vigint.Api;
using Vigint.Api.Background;
using Vigint.Api.Settings;
using Vigint.Application;
using Vigint.Infrastructure;
using ZLogger;

try
{
    // Settings are read once. A watcher for changed files would look at the whole working folder, videos and all.
    var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
    var workingFolder = builder.Environment.ContentRootPath;
    AddDotEnv(builder.Configuration, Path.Combine(workingFolder, ".env"));
    UseReadableLogs(builder.Logging);

    var settings = ServerSettings.Read(new SettingsReader(builder.Configuration), workingFolder);
    builder.Services.AddApplication().AddInfrastructure().AddApi(settings);

    await using var app = builder.Build();
    app.UseApi();
    StartUpLog.Tell(app.Logger, settings);
    await InfrastructureServices.PrepareAsync(app.Services, CancellationToken.None);
    await app.StartAsync();
    await app.WaitForShutdownAsync();
    return app.Services.GetRequiredService<DatabaseArrival>().Refusal is { } refusal ? Refuse(refusal) : 0;
}
catch (StartUpException exception)
{
    return Refuse(exception.Message);
}
catch (Exception exception) when (exception is IOException or SocketException && exception.GetBaseException() is SocketException socket)
{
    return Refuse(socket.SocketErrorCode == SocketError.AddressAlreadyInUse
        ? "The port is in use by another program; stop that one, or set PORT to another."
        : $"The server cannot listen ({socket.Message}); check HOST and PORT.");
}

static int Refuse(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}

// The real environment wins, so the file comes before every other source.
static void AddDotEnv(ConfigurationManager configuration, string path)
{
    if (!File.Exists(path))
        return;
    var values = DotEnv.Read(new DotEnvOptions(envFilePaths: [path])).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
    ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
}

static void UseReadableLogs(ILoggingBuilder logging)
{
    logging.ClearProviders();
    logging.AddZLoggerConsole(console =>
    {
        console.BackgroundBufferCapacity = 10_000;
        console.FullMode = BackgroundBufferFullMode.Block;
        console.UsePlainTextFormatter(text =>
        {
            text.SetPrefixFormatter($"{0:utc-longdate} {1:short} {2}: ", static (in MessageTemplate template, in LogInfo info) =>
                template.Format(info.Timestamp, info.LogLevel, info.Category));
            text.SetExceptionFormatter(static (writer, exception) => Utf8StringInterpolation.Utf8String.Format(writer, $" {exception}"));
        });
    });

    logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

    // Below Warning the framework writes addresses and arguments, tokens included: whatever an operator's settings ask for, never.
    logging.Services.PostConfigure<LoggerFilterOptions>(static options =>
    {
        var tooTalkative = options.Rules.Where(rule =>
            rule.CategoryName?.StartsWith("Microsoft.AspNetCore", StringComparison.OrdinalIgnoreCase) == true && rule.LogLevel < LogLevel.Warning).ToList();
        foreach (var rule in tooTalkative)
        {
            options.Rules.Remove(rule);
            options.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, LogLevel.Warning, rule.Filter));
        }
    });

    logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
}
