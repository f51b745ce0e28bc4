using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;
using Vigint.Application.Audit;
using Vigint.Application.Clients;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Application.Lifecycle;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Usage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;

namespace Vigint.Application;

/// <summary>Registers the use cases, feature by feature. What they need from outside comes from the infrastructure.</summary>
public static class ApplicationServices
{
    public static IServiceCollection AddApplication(this IServiceCollection services) =>
        services
            .AddRequests()
            .AddClock()
            .AddIdempotency()
            .AddStorage()
            .AddClients()
            .AddUsage()
            .AddAudit()
            .AddMedia()
            .AddVideos()
            .AddRenditions()
            .AddAnalysis()
            .AddAlerts()
            .AddMails()
            .AddLifecycle();

    private static IServiceCollection AddRequests(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetService!);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>));
        services.AddValidatorsFromAssembly(typeof(ApplicationServices).Assembly, ServiceLifetime.Singleton, includeInternalTypes: true);
        foreach (var handler in typeof(ApplicationServices).Assembly.DefinedTypes.Where(type => !type.IsAbstract))
        {
            foreach (var handled in handler.ImplementedInterfaces.Where(IsOfHandler))
                services.AddScoped(handled, handler);
        }

        return services;
    }

    private static bool IsOfHandler(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}
