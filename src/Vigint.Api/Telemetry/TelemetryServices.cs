using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Vigint.Api.Keys;
using Vigint.Api.OpenApi;
using Vigint.Api.Settings;
using Vigint.Application.Common;

namespace Vigint.Api.Telemetry;

/// <summary>
/// Lets the server be watched: metrics at <c>/metrics</c>, and where a collector is named metrics and traces by OTLP
/// (docs/decisions/0011-metrics-and-traces.md).
/// </summary>
internal static class TelemetryServices
{
    private const string ServiceName = "vigint";

    // Room for every route with every status that it has, and for every other label. Their memory is taken beforehand; what would go
    // beyond is added up in one series of its own.
    private const string RequestDuration = "http.server.request.duration";
    private const int MostSeriesOfRequests = 1000;
    private const int MostSeries = 100;

    // The framework's own: requests, connections, and the runtime. Its others have labels without a bound or tell nothing here.
    private static readonly string[] FrameworkMeters =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(static resource =>
                resource.AddService(ServiceName, serviceVersion: ServerVersion.Text).AddEnvironmentVariableDetector()
            )
            .WithMetrics(AddMetrics);
        if (options.Collector is { } protocol)
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(collector => collector.Protocol = protocol));
            telemetry.WithTracing(traces => AddTraces(traces).AddOtlpExporter(collector => collector.Protocol = protocol));
        }

        return services;
    }

    /// <summary>The text that Prometheus reads.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPrometheusScrapingEndpoint("metrics")
            .InTheDocument()
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .RequireAuthorization(Policies.Watcher);

    private static void AddMetrics(MeterProviderBuilder metrics) =>
        metrics
            .AddMeter([VigintMeter.Name, .. FrameworkMeters])
            .AddView(static instrument => new MetricStreamConfiguration
            {
                CardinalityLimit = instrument.Name == RequestDuration ? MostSeriesOfRequests : MostSeries,
            })
            .AddPrometheusExporter(static prometheus => prometheus.ScopeInfoEnabled = false);

    private static TracerProviderBuilder AddTraces(TracerProviderBuilder traces) =>
        traces.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddProcessor(new AddressRedaction());
}
