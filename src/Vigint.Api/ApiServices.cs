using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Vigint.Api.Background;
using Vigint.Api.Errors;
using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Api.Settings;
using Vigint.Api.Telemetry;
using Vigint.Api.Usage;
using Vigint.Api.Videos;

namespace Vigint.Api;

/// <summary>Registers what speaks HTTP, and the order in which a request passes through it.</summary>
internal static class ApiServices
{
    /// <summary>How long requests under way may take when the server stops. A supervisor must wait longer than this.</summary>
    internal static readonly TimeSpan InFlightMayTake = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddApi(this IServiceCollection services, ServerSettings settings) =>
        services
            .AddSettings(settings)
            .AddServer(settings.Listen)
            .AddControllersAndJson()
            .AddErrors()
            .AddKeys()
            .AddBackground()
            .AddTelemetry(settings.Telemetry)
            .AddApiDocument();

    public static WebApplication UseApi(this WebApplication app)
    {
        app.UseForwarding();
        app.UseRequestId();
        app.UseBodyDrain();
        app.UseRequestLog();
        app.UseCallRecording();
        app.UseExceptionHandler();
        app.UseStatusCodePages(static async context => await WriteFrameworksRefusalAsync(context.HttpContext));
        app.UseStartPage();
        app.UseRouting();
        app.Use(app.Services.GetRequiredService<ConnectionLimits>().AnswerAsync);
        app.UseAuthorization();
        app.UseContentDecoding();
        app.UseOutputCache();
        app.MapControllers();
        app.MapPlay();
        app.MapMetrics();
        app.MapApiDocument();
        app.MapProblemPages();
        return app;
    }

    private static IServiceCollection AddSettings(this IServiceCollection services, ServerSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(settings.Connections)
            .AddSingleton(settings.Links)
            .AddSingleton(settings.Keys)
            .AddSingleton(settings.Watchers)
            .AddSingleton(settings.Proxies)
            .AddSingleton(settings.Operator)
            .AddSingleton(settings.TokenKey)
            .AddSingleton(settings.Upload)
            .AddSingleton(settings.Retention)
            .AddSingleton(settings.RecordRetention)
            .AddSingleton(settings.Storage)
            .AddSingleton(settings.StorageFolder)
            .AddSingleton(settings.Encoder)
            .AddSingleton(settings.Renditions)
            .AddSingleton(settings.FrameBuffers)
            .AddSingleton(settings.Database)
            .AddSingleton(settings.Gemini)
            .AddSingleton(settings.Analysis)
            .AddSingleton(settings.Prices)
            .AddSingleton(settings.Alerts)
            .AddSingleton(settings.Channels)
            .AddSingleton(settings.Mail)
            .AddSingleton(settings.MailText)
            .AddSingleton<Links>();
    }

    private static IServiceCollection AddServer(this IServiceCollection services, ListeningOptions listen)
    {
        services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        services.AddSingleton<ConnectionLimits>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = InFlightMayTake);

        // A piece of a video goes out whole: with less, every one of them waits for the socket before the next is read.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = VideoAnswer.ChunkBytes * 2);
        services
            .AddOptions<KestrelServerOptions>()
            .Configure<ConnectionLimits>(
                (kestrel, limits) =>
                {
                    kestrel.Listen(
                        listen.Address,
                        listen.Port,
                        listening => listening.Use(next => connection => limits.EnterAsync(connection, next))
                    );
                    kestrel.AddServerHeader = false;
                    LimitSlowAndLarge(kestrel.Limits);
                }
            );
        return services;
    }

    // A shop's uplink of 50 KB/s is far above the rates; who is below them for long holds a connection and little else.
    private static void LimitSlowAndLarge(KestrelServerLimits limits)
    {
        const double slowestBytesPerSecond = 1024;
        limits.MaxRequestBodySize = null; // by the use case, which knows what a video may take
        limits.MaxRequestBufferSize = 256 * 1024;
        limits.MaxConcurrentConnections = null; // ConnectionLimits, which keep some for health
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(slowestBytesPerSecond, TimeSpan.FromSeconds(20));
        limits.MinResponseDataRate = new MinDataRate(slowestBytesPerSecond, TimeSpan.FromSeconds(20));
    }

    private static IServiceCollection AddControllersAndJson(this IServiceCollection services)
    {
        services
            .AddMvcCore(mvc =>
            {
                mvc.InputFormatters.Clear();
                mvc.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;

                // They would read the body as a form, which is not theirs to read.
                mvc.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
            })
            .AddApiExplorer()
            .AddJsonOptions(json =>
            {
                json.JsonSerializerOptions.MaxDepth = 80; // metadata has up to 64 levels, and an answer some around it
                json.JsonSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
                json.JsonSerializerOptions.PropertyNameCaseInsensitive = false;
                json.JsonSerializerOptions.NumberHandling = JsonNumberHandling.Strict;
                json.JsonSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
                json.JsonSerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
            });
        services
            .AddOptions<MvcOptions>()
            .Configure<Microsoft.Extensions.Options.IOptions<JsonOptions>>(
                static (mvc, json) => mvc.InputFormatters.Add(new JsonBodyFormatter(json.Value.JsonSerializerOptions))
            );
        services.Configure<ApiBehaviorOptions>(api =>
            api.InvalidModelStateResponseFactory = static context =>
                throw RequestRefusals.UnusableValue(context.ModelState.First(one => one.Value?.Errors.Count > 0).Key)
        );
        return services;
    }

    private static IServiceCollection AddErrors(this IServiceCollection services) =>
        services.AddExceptionHandler<RefusalHandler>().AddProblemDetails();

    private static IServiceCollection AddBackground(this IServiceCollection services) =>
        services
            .AddSingleton<DatabaseArrival>()
            .AddHostedService(provider => provider.GetRequiredService<DatabaseArrival>())
            .AddHostedService<ClockWatcher>()
            .AddHostedService<JournalWriter>()
            .AddHostedService<FirstLook>()
            .AddHostedService<FolderTakeIn>()
            .AddHostedService<RenditionWorker>()
            .AddHostedService<DeliveryWorker>()
            .AddHostedService<ExpirySweep>()
            .AddHostedService<MetricsWatch>();

    private static Task WriteFrameworksRefusalAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var refusal = status switch
        {
            StatusCodes.Status404NotFound => RequestRefusals.NotFound(),
            StatusCodes.Status405MethodNotAllowed => RequestRefusals.MethodNotAllowed(context.Response.Headers.Allow.ToString()),
            StatusCodes.Status412PreconditionFailed => RequestRefusals.ReplacedSince(),
            StatusCodes.Status416RangeNotSatisfiable => RequestRefusals.OutsideTheVideo(),
            _ => RequestRefusals.Unanswerable(),
        };
        return Problem.WriteAsync(context, status, refusal);
    }
}
