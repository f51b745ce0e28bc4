using System.Net.Sockets;
using Vigint.Api;
using Vigint.Api.Background;
using Vigint.Api.Logging;
using Vigint.Api.Settings;
using Vigint.Application;
using Vigint.Infrastructure;

if (args is ["--version"])
{
    Console.WriteLine($"Vigint {ServerVersion.Text}");
    return 0;
}

if (args.Intersect(["--help", "-h", "-?"]).Any())
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

if (CommandLine.TroubleOf(args) is { } trouble)
    return Refuse(trouble, CommandLine.WrongUse);

// Before anything is read that others must not read.
ProcessSecrecy.Begin();

try
{
    // Settings are read once. A watcher for changed files would look at the whole working folder, videos and all.
    var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
    var workingFolder = builder.Environment.ContentRootPath;
    var inFile = DotEnvFile.AddTo(builder.Configuration, workingFolder);

    var read = new SettingsReader(builder.Configuration);
    var settings = ServerSettings.Read(read, workingFolder);
    if (CommandLine.SettingsIn(args).FirstOrDefault(name => !read.Knows(name)) is { } unknown)
        return Refuse(CommandLine.NoOption($"--{unknown}"), CommandLine.WrongUse);
    settings = settings with { Warnings = [.. settings.Warnings, .. read.TroublesOf(inFile, ".env")] };
    PortCheck.Require(settings.Listen);
    ConsoleLog.Use(builder.Logging, settings.LogFormat);
    builder.Services.AddApplication().AddInfrastructure().AddApi(settings);

    await using var app = builder.Build();
    app.UseApi();
    StartUpLog.Tell(app.Logger, settings);
    await InfrastructureServices.PrepareAsync(app.Services, CancellationToken.None);
    await app.StartAsync();
    StartUpLog.TellAddress(app.Logger, app.Urls);
    await app.WaitForShutdownAsync();
    return app.Services.GetRequiredService<DatabaseArrival>().Refusal is { } refusal ? Refuse(refusal) : 0;
}
catch (StartUpException exception)
{
    return Refuse(exception.Message);
}
catch (Exception exception) when (exception is IOException or SocketException && exception.GetBaseException() is SocketException socket)
{
    return Refuse(
        socket.SocketErrorCode == SocketError.AddressAlreadyInUse
            ? "The port is in use by another program; stop that one, or set PORT to another."
            : $"The server cannot listen ({socket.Message}); check HOST and PORT."
    );
}

static int Refuse(string sentence, int exitCode = 1)
{
    Console.Error.WriteLine(sentence);
    return exitCode;
}
