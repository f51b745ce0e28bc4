using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Analysis;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Clock;
using Vigint.Application.Idempotency;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Usage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Infrastructure.Containers;
using Vigint.Infrastructure.Disk;
using Vigint.Infrastructure.Ffmpeg;
using Vigint.Infrastructure.Gemini;
using Vigint.Infrastructure.Mails;
using Vigint.Infrastructure.Messages;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Infrastructure;

/// <summary>Registers the adapters to the outside.</summary>
public static class InfrastructureServices
{
    public static IServiceCollection AddInfrastructure(this IServiceCollection services) =>
        services.AddDisk().AddPersistence().AddFfmpeg().AddGemini().AddMessages().AddMail().AddChecks();

    /// <summary>Opens what the server stands on, before it listens.</summary>
    /// <exception cref="StartUpException">Something cannot be used; the message says what to do.</exception>
    public static async Task PrepareAsync(IServiceProvider provider, CancellationToken cancellationToken)
    {
        _ = provider.GetRequiredService<StorageFolder>();
        var database = provider.GetRequiredService<DatabaseOptions>();
        if (database.SqlitePath is null)
            return; // it may come later than the server; DatabaseStart waits for it
        try
        {
            NewFile.Folder(Path.GetDirectoryName(database.SqlitePath)!);
            await provider.GetRequiredService<DatabaseStart>().RunAsync(cancellationToken);
        }
        catch (Exception exception)
            when (exception is DbException or Domain.RefusedException or MigrationException or IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"The database '{database.Name}' cannot be used ({exception.Message}); set DATABASE_URL to one that can.",
                exception
            );
        }
    }

    private static IServiceCollection AddDisk(this IServiceCollection services) =>
        services
            .AddSingleton<StorageFolder>()
            .AddSingleton<Scratch>()
            .AddSingleton<IScratch>(provider => provider.GetRequiredService<Scratch>())
            .AddSingleton<VideoFolder>()
            .AddSingleton<IVideoFolder>(provider => provider.GetRequiredService<VideoFolder>())
            .AddSingleton<ITemporaryFiles>(provider => provider.GetRequiredService<VideoFolder>())
            .AddSingleton<IRenditionFiles, RenditionFolder>()
            .AddSingleton<IStorageSpace, StorageSpace>()
            .AddSingleton<IFileHasher, FileHasher>()
            .AddSingleton<IInstallationName, InstallationName>()
            .AddSingleton<IKernelClock, KernelClock>()
            .AddSingleton<IClockRecord, ClockRecord>()
            .AddSingleton<IContainerReader, ContainerReader>();

    private static IServiceCollection AddPersistence(this IServiceCollection services) =>
        services
            .AddSingleton<DbDataSource>(provider =>
                DataSourceOf(provider.GetRequiredService<DatabaseOptions>(), provider.GetService<ILogger<SqliteDataSource>>())
            )
            .AddSingleton<Migrator>()
            .AddSingleton(provider => new DatabaseStart(
                provider.GetRequiredService<DbDataSource>(),
                provider.GetRequiredService<Migrator>()
            ))
            .AddSingleton<IVideoRecords, VideoRecords>()
            .AddSingleton<IStorageTotals, VideoRecords>()
            .AddSingleton<IRenditionRecords, RenditionRecords>()
            .AddSingleton<IClientRecords, ClientRecords>()
            .AddSingleton<IKeyUseRecords, ClientRecords>()
            .AddSingleton<IChannelRecords, ChannelRecords>()
            .AddSingleton<IUsageRecords, UsageRecords>()
            .AddSingleton<IAuditRecords, AuditRecords>()
            .AddSingleton<IModelUseRecords, ModelUseRecords>()
            .AddSingleton<IAlertRecords, AlertRecords>()
            .AddSingleton<IExpectedClips, ExpectedClips>()
            .AddSingleton<IDeliveryRecords, DeliveryRecords>()
            .AddSingleton<IIdempotencyRecords, IdempotencyRecords>()
            .AddSingleton<DatabaseCheck>()
            .AddSingleton<StorageCheck>();

    private static IServiceCollection AddFfmpeg(this IServiceCollection services) =>
        services
            .AddSingleton<Launcher>()
            .AddSingleton<FfmpegMetrics>()
            .AddSingleton<FfmpegProcess>()
            .AddSingleton<IVideoProbe, VideoProbe>()
            .AddSingleton<IVideoEncoder, VideoEncoder>()
            .AddSingleton<IMotionDetector, MotionDetector>()
            .AddSingleton<FfmpegCheck>();

    private static IServiceCollection AddGemini(this IServiceCollection services)
    {
        // The factory's own log lines have addresses in them, and those of an upload are secrets.
        services.AddHttpClient(GeminiApi.ClientName).ConfigurePrimaryHttpMessageHandler(GeminiApi.NewHandler).RemoveAllLoggers();
        return services
            .AddSingleton<GeminiApi>()
            .AddSingleton<GeminiFiles>()
            .AddSingleton<GeminiResilience>()
            .AddSingleton<ModelChoice>()
            .AddSingleton<GeminiMetrics>()
            .AddSingleton<IVisionModel, GeminiModel>()
            .AddSingleton<GeminiCheck>();
    }

    private static IServiceCollection AddMail(this IServiceCollection services) =>
        services.AddSingleton<MailHealth>().AddSingleton(MailerOf).AddSingleton<IOutbox, OutboxFolder>().AddSingleton<MailCheck>();

    // In the order of the answer (contract §4). Without database and storage the server is unhealthy; without the others it does less.
    private static IServiceCollection AddChecks(this IServiceCollection services) =>
        services
            .AddHealthChecks()
            .AddCheck<DatabaseCheck>("database", HealthStatus.Unhealthy)
            .AddCheck<StorageCheck>("storage", HealthStatus.Unhealthy)
            .AddCheck<FfmpegCheck>("ffmpeg", HealthStatus.Degraded)
            .AddCheck<GeminiCheck>("analysis", HealthStatus.Degraded)
            .AddCheck<MailCheck>("email", HealthStatus.Degraded)
            .Services;

    private static IMailer MailerOf(IServiceProvider provider) =>
        provider.GetRequiredService<MailOptions>().Server is { } server
            ? ActivatorUtilities.CreateInstance<SmtpMailer>(provider, server)
            : ActivatorUtilities.CreateInstance<OutboxMailer>(provider);

    private static IServiceCollection AddMessages(this IServiceCollection services)
    {
        // Addresses of webhooks are secrets to many who hand them out.
        services
            .AddHttpClient(OutboundMessages.ClientName)
            .ConfigurePrimaryHttpMessageHandler(provider => OutboundMessages.NewHandler(provider.GetRequiredService<ChannelOptions>()))
            .RemoveAllLoggers();
        return services
            .AddSingleton<OutboundMessages>()
            .AddSingleton<IAlertChannel, WebhookChannel>()
            .AddSingleton<IAlertChannel, NtfyChannel>();
    }

    private static DbDataSource DataSourceOf(DatabaseOptions options, ILogger<SqliteDataSource>? logger) =>
        options.Postgres is { } postgres ? NpgsqlDataSource.Create(postgres) : new SqliteDataSource(options.SqlitePath!, logger);
}
