using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Alerts.ResendAlert;
using Vigint.Application.Analysis;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Lifecycle;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Lifecycle.EraseClient;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Usage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.Renditions.MakeRendition;
using Vigint.Application.Videos.TakeInFolder;

namespace Vigint.Application;

/// <summary>Registers the use cases. What they need from outside comes from the infrastructure.</summary>
public static class ApplicationServices
{
    public static IServiceCollection AddApplication(this IServiceCollection services) =>
        services
            .AddRequests()
            .AddClock()
            .AddVideos()
            .AddStorage()
            .AddMedia()
            .AddRenditions()
            .AddAnalysis()
            .AddAlerts()
            .AddMails()
            .AddClients()
            .AddUsage()
            .AddAudit();

    private static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetService!);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        return services.Scan(scan =>
            scan.FromAssemblies(typeof(ApplicationServices).Assembly)
                .AddClasses(c => c.AssignableTo(typeof(IRequestHandler<,>)), publicOnly: false)
                .AsImplementedInterfaces()
                .WithScopedLifetime()
                .AddClasses(c => c.AssignableTo(typeof(IValidator<>)), publicOnly: false)
                .AsImplementedInterfaces()
                .WithScopedLifetime()
        );
    }

    private static IServiceCollection AddClock(this IServiceCollection services) =>
        services.AddSingleton<ClockWatch>().AddSingleton<ClockMetrics>();

    private static IServiceCollection AddVideos(this IServiceCollection services) =>
        services
            .AddSingleton<LinkCache>(_ => new LinkCache())
            .AddSingleton<VideoLocks>()
            .AddSingleton<UnsettledVideos>()
            .AddSingleton<VideoFinder>()
            .AddSingleton<VideoLinks>()
            .AddSingleton<VideoWriter>()
            .AddSingleton<VideoRemover>()
            .AddSingleton<VideoSettler>()
            .AddSingleton<LinkTexts>()
            .AddSingleton<IVideoObserver, RenditionObserver>()
            .AddSingleton<IVideoObserver, RoomObserver>()
            .AddSingleton<IVideoObserver, AuditObserver>()
            .AddSingleton<IVideoObserver, UploadCounter>()
            .AddSingleton<TakeInProgress>()
            .AddSingleton<VideoMetrics>()
            .AddSingleton<PlayVideo>()
            .AddSingleton<Viewings>()
            .AddSingleton<VideoIntake>()
            .AddSingleton<LinkExtension>();

    private static IServiceCollection AddStorage(this IServiceCollection services) =>
        services.AddSingleton<StorageRoom>().AddSingleton<StorageMetrics>().AddSingleton<ClientRoom>().AddSingleton<Cleaner>();

    private static IServiceCollection AddMedia(this IServiceCollection services) =>
        services
            .AddSingleton<EncoderMetrics>()
            .AddSingleton<EncoderGate>()
            .AddSingleton<MediaIntake>()
            .AddSingleton<FrameAssembly>()
            .AddSingleton<Downloads>();

    private static IServiceCollection AddRenditions(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new RenditionLine(provider.GetRequiredService<RenditionOptions>()))
            .AddSingleton<RenditionStore>()
            .AddSingleton<RenditionProgress>()
            .AddSingleton<RenditionWork>();

    private static IServiceCollection AddAnalysis(this IServiceCollection services) =>
        services
            .AddSingleton<CurrentClips>()
            .AddSingleton<FrameBuffers>()
            .AddSingleton<ClipSources>()
            .AddSingleton<ModelPrices>()
            .AddSingleton(provider => new AnalysisPrompts(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton(provider => new MotionWords(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton(provider => new VerdictWords(provider.GetRequiredService<AnalysisOptions>().Language))
            .AddSingleton<Analyst>()
            .AddSingleton<JudgementCache>()
            .AddSingleton<AnalysisMetrics>()
            .AddSingleton<AnalysisBudget>()
            .AddSingleton<ShowableClips>()
            .AddSingleton<ClipAnalysis>();

    private static IServiceCollection AddAlerts(this IServiceCollection services) =>
        services
            .AddSingleton<KeysInUse>()
            .AddSingleton<AlertLinks>()
            .AddSingleton<AlertStills>()
            .AddSingleton<AlertNotices>()
            .AddSingleton<IncidentClips>()
            .AddSingleton<AlertVideos>()
            .AddSingleton<DeliveryBell>()
            .AddSingleton<DeliveryShares>()
            .AddSingleton<AlertMetrics>()
            .AddSingleton<ChannelOwners>()
            .AddSingleton<ResendPace>()
            .AddSingleton<AlertSending>();

    private static IServiceCollection AddMails(this IServiceCollection services) =>
        services.AddSingleton<MailWriter>().AddSingleton<IAlertChannel, MailChannel>();

    private static IServiceCollection AddClients(this IServiceCollection services) =>
        services
            .AddSingleton<CallerKeys>()
            .AddSingleton<WrongKeys>()
            .AddSingleton<HeldMedia>()
            .AddSingleton<ErasedVideos>()
            .AddSingleton<ErasedAlerts>()
            .AddSingleton<ErasedNotes>()
            .AddSingleton<UploadPace>();

    private static IServiceCollection AddUsage(this IServiceCollection services) =>
        services
            .AddSingleton<JournalMetrics>()
            .AddSingleton(provider => new Journal<RecordedCall>(
                new UsageWriter(provider.GetRequiredService<IUsageRecords>(), provider.GetRequiredService<IKeyUseRecords>()).WriteAsync,
                provider.GetRequiredService<TimeProvider>()
            ));

    private static IServiceCollection AddAudit(this IServiceCollection services) =>
        services
            .AddSingleton(provider => new Journal<AuditEvent>(
                provider.GetRequiredService<IAuditRecords>().AddAsync,
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<AuditTrail>();
}
