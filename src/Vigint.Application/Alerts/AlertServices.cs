using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Alerts.ResendAlert;

namespace Vigint.Application.Alerts;

internal static class AlertServices
{
    public static IServiceCollection AddAlerts(this IServiceCollection services) =>
        services
            .AddSingleton<AlertLinks>()
            .AddSingleton<AlertStills>()
            .AddSingleton<AlertNotices>()
            .AddSingleton<IncidentClips>()
            .AddSingleton<AlertVideos>()
            .AddSingleton<DeliverySignal>()
            .AddSingleton<DeliveryShares>()
            .AddSingleton<AlertMetrics>()
            .AddSingleton<ChannelOwners>()
            .AddSingleton<ResendPace>()
            .AddSingleton<AlertSender>();
}
