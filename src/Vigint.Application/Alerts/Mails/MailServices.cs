using Microsoft.Extensions.DependencyInjection;

namespace Vigint.Application.Alerts.Mails;

internal static class MailServices
{
    public static IServiceCollection AddMails(this IServiceCollection services) =>
        services.AddSingleton<MailWriter>().AddSingleton<IAlertChannel, MailChannel>();
}
