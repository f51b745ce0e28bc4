using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Api;
using Vigint.Api.Settings;
using Vigint.Application;
using Vigint.Domain;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Cli.Local;

/// <summary>The server whose working folder this is, put together as its own program does, without listening.</summary>
internal static class LocalServer
{
    /// <summary>The environment, what a file says where one is named, and the <c>.env</c> of the working folder.</summary>
    /// <exception cref="CommandFailedException">A file cannot be read.</exception>
    public static SettingsReader Settings(LocalPlace place)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables();
        try
        {
            // systemd makes the file part of the environment, so it wins over the .env.
            if (place.SettingsFile is not null)
                DotEnvFile.AddFileTo(configuration, place.SettingsFile);
            DotEnvFile.AddTo(configuration, place.WorkingFolder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone($"The settings cannot be read: {exception.Message}", exception);
        }

        return new SettingsReader(configuration.Build());
    }

    public static ServiceProvider New(ServerSettings settings) =>
        new ServiceCollection().AddLogging().AddApplication().AddInfrastructure().AddApi(settings).BuildServiceProvider();

    /// <summary>Makes a database that comes on its own, as PostgreSQL does, fit to be used; the server would wait for it.</summary>
    /// <exception cref="StartUpException">It is away, newer than this program, or cannot be brought up to date.</exception>
    public static async Task RequireDatabaseAsync(ServiceProvider server, CancellationToken cancellationToken)
    {
        var start = server.GetRequiredService<DatabaseStart>();
        if (start.IsDone)
            return;
        try
        {
            await start.RunAsync(cancellationToken);
        }
        catch (RefusedException refusal)
        {
            throw new StartUpException($"{refusal.Detail}. Check DATABASE_URL.", refusal);
        }
        catch (MigrationException exception)
        {
            throw new StartUpException($"The database cannot be used: {exception.Message}.", exception);
        }
    }
}
