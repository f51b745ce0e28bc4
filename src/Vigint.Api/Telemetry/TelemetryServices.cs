using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Vigint.Api.Keys;
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

    // Room for every route with every status that it has. What would go beyond is added up in one series of its own.
    private const int MostSeriesPerMetric = 1000;

    // The framework's own: requests, connections, and the runtime. Its others have labels without a bound or tell nothing here.
    private static readonly string[] FrameworkMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService(ServiceName, serviceVersion: ServerVersion.Text).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => AddMetrics(metrics, options));
        if (options.HasCollector)
            telemetry.WithTracing(AddTraces);
        return services;
    }

    /// <summary>The text that Prometheus reads.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) => endpoints.MapPrometheusScrapingEndpoint("metrics")
        .WithMetadata(new NeedsAttribute(KeyKind.Watcher), new HttpMethodMetadata([HttpMethods.Get]));

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options)
    {
        metrics.AddMeter([VigintMeter.Name, .. FrameworkMeters])
            .AddView(static _ => new MetricStreamConfiguration { CardinalityLimit = MostSeriesPerMetric })
            .AddPrometheusExporter(static prometheus => prometheus.ScopeInfoEnabled = false);
        if (options.HasCollector)
            metrics.AddOtlpExporter();
    }

    private static void AddTraces(TracerProviderBuilder traces) => traces
        .AddAspNetCoreInstrumentation()
        .AddHttpClientInstrumentation()
        .AddProcessor(new AddressRedaction())
        .AddOtlpExporter();
}
