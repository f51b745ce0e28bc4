using System.Net.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts;
using Vigint.Application.Clock;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Mails;

namespace Vigint.TestSupport;

/// <summary>The part of the server that hands mail over, as the server has it.</summary>
public sealed class MailSending : IAsyncDisposable
{
    private readonly ServiceProvider services;

    /// <param name="server">Null for the outbox folder.</param>
    public MailSending(
        SmtpOptions? server,
        TimeProvider clock,
        string outboxFolder = "/nowhere",
        string from = "alerts@vigint.example",
        ClockWatch? watch = null
    )
    {
        services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddSingleton(clock)
            .AddSingleton(watch ?? A.Watch(clock))
            .AddSingleton(new MailOptions(new MailAddress(from), server, outboxFolder))
            .AddInfrastructure()
            .BuildServiceProvider();
    }

    public LogLines Log { get; } = new();

    public IOutbox Outbox => services.GetRequiredService<IOutbox>();

    public IMailer Mailer => services.GetRequiredService<IMailer>();

    /// <summary>By a server without encryption and without accounts.</summary>
    public static MailSending By(FakeSmtp smtp, TimeProvider clock) =>
        new(new SmtpOptions("127.0.0.1", smtp.Port, UsesTls: false, Account: null), clock);

    /// <summary>What health says of it.</summary>
    public async Task<string> HealthAsync() =>
        (await ActivatorUtilities.CreateInstance<MailCheck>(services).CheckAsync(CancellationToken.None)).Text;

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Log.Dispose();
    }
}
