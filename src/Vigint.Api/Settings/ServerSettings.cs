using System.Net;
using OpenTelemetry.Exporter;
using Vigint.Api.Http;
using Vigint.Api.Logging;
using Vigint.Application.Alerts;
using Vigint.Application.Alerts.Channels;
using Vigint.Application.Alerts.Mails;
using Vigint.Application.Analysis;
using Vigint.Application.Clients;
using Vigint.Application.Lifecycle.ForgetOldRecords;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Application.Videos.Renditions;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Disk;
using Vigint.Infrastructure.Gemini;
using Vigint.Infrastructure.Mails;
using Vigint.Infrastructure.Persistence;

namespace Vigint.Api.Settings;

internal sealed record ListeningOptions(IPAddress Address, int Port);

/// <param name="MostPerAddress">Connections that one address may have at once; of a caller behind a trusted proxy: requests.</param>
internal sealed record ConnectionOptions(int MostPerAddress)
{
    /// <summary>Connections that the server takes in all.</summary>
    public const int MostInAll = 2000;

    /// <summary>A quarter of all: a hundred shops with some cameras each may share an address.</summary>
    public const int UsualMostPerAddress = 500;
}

/// <param name="PublicBaseUrl">Base of the links handed out; null: what the request came by.</param>
/// <param name="IsOnPlatform"><c>RENDER=true</c>: links are https.</param>
internal sealed record PublicLinkOptions(string? PublicBaseUrl, bool IsOnPlatform);

/// <param name="AllowQueryKey">Whether <c>?api_key=</c> is looked at (contract §2); off by default, for addresses end up in logs.</param>
internal sealed record KeyCheckOptions(bool AllowQueryKey);

/// <param name="Addresses">Addresses that may read <c>/metrics</c> without a key.</param>
internal sealed record WatcherOptions(IReadOnlyList<IPNetwork> Addresses);

/// <param name="Trusted">Whose word about the address of a caller is taken.</param>
/// <param name="IsOnPlatform"><c>RENDER=true</c>: every connection is from the platform's proxy.</param>
internal sealed record ProxyOptions(IReadOnlyList<IPNetwork> Trusted, bool IsOnPlatform);

/// <param name="Collector">How metrics and traces are sent to <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; null when that is not set.</param>
internal sealed record TelemetryOptions(OtlpExportProtocol? Collector);

/// <summary>Every setting (contract §1), read and checked before the server listens.</summary>
internal sealed record ServerSettings(
    ListeningOptions Listen,
    ConnectionOptions Connections,
    PublicLinkOptions Links,
    KeyCheckOptions Keys,
    OperatorOptions Operator,
    TokenKey TokenKey,
    UploadOptions Upload,
    RetentionOptions Retention,
    RecordRetentionOptions RecordRetention,
    StorageOptions Storage,
    StorageFolderOptions StorageFolder,
    EncoderOptions Encoder,
    RenditionOptions Renditions,
    FrameBufferOptions FrameBuffers,
    DatabaseOptions Database,
    GeminiOptions Gemini,
    AnalysisOptions Analysis,
    PriceTable Prices,
    AlertOptions Alerts,
    ChannelOptions Channels,
    MailOptions Mail,
    MailTextOptions MailText,
    WatcherOptions Watchers,
    ProxyOptions Proxies,
    TelemetryOptions Telemetry,
    LogFormat LogFormat,
    IReadOnlyList<string> Notices,
    IReadOnlyList<string> Warnings
)
{
    private const int ShortestSafeKey = 16;
    private const double MostQuotaGigabytes = 1_000_000;
    private const int MostRecordDays = 36_500;
    private const double BytesPerGigabyte = 1024.0 * 1024 * 1024;

    /// <param name="workingFolder">Where <c>data</c> is, absolute.</param>
    /// <param name="makesKey">Whether a server that was given no key is made one, in <c>data</c>; false for who only looks.</param>
    /// <exception cref="StartUpException">A value cannot be used.</exception>
    public static ServerSettings Read(SettingsReader read, string workingFolder, bool makesKey = true)
    {
        var notices = new List<string>();
        var warnings = new List<string>();
        var data = Path.Combine(workingFolder, "data");
        var isOnPlatform = read.Flag("RENDER");
        var isProduction =
            isOnPlatform || string.Equals(read.Text("ASPNETCORE_ENVIRONMENT"), "Production", StringComparison.OrdinalIgnoreCase);
        var secret = SecretOf(read, data, isProduction, makesKey, notices);
        var storeKey = read.Text("SPARSE_AI_API_KEY") ?? secret;
        foreach (var (name, value) in new[] { ("SECRET_KEY", secret), ("SPARSE_AI_API_KEY", storeKey) })
            RequireLongEnough(name, value, isProduction, warnings);
        if (SecretFile.HoldsAnother(data, storeKey))
            warnings.Add(
                "data/secret.key holds another key than is set; links that were made with that one open no more: set "
                    + "SPARSE_AI_API_KEY to it, or delete the file."
            );

        var links = new PublicLinkOptions(
            read.Address("PUBLIC_BASE_URL") is { } own ? own : read.Address("RENDER_EXTERNAL_URL"),
            isOnPlatform
        );
        if (read.Text("SPARSE_AI_BASE_URL")?.TrimEnd('/') is { } old && old != links.PublicBaseUrl)
            warnings.Add(
                "SPARSE_AI_BASE_URL names another address than this server's; it is ignored, set PUBLIC_BASE_URL to change the links."
            );

        var analysis = AnalysisOf(read);
        var mail = MailSettings.Read(read, data, links.PublicBaseUrl, warnings);
        var upload = new UploadOptions(read.Whole("MAX_UPLOAD_MB", whenAbsent: 2048, min: 1, max: 1_048_576) * 1024L * 1024L);
        var retention = read.Number("MAX_RETENTION_HOURS", most: 8_760_000) ?? 8760;
        return new ServerSettings(
            new ListeningOptions(HostOf(read, isOnPlatform), read.Whole("PORT", whenAbsent: 5002, min: 0, max: 65535)),
            new ConnectionOptions(
                read.Whole("MAX_CONNECTIONS_PER_ADDRESS", ConnectionOptions.UsualMostPerAddress, min: 1, max: ConnectionOptions.MostInAll)
            ),
            links,
            new KeyCheckOptions(read.Flag("ALLOW_QUERY_API_KEY")),
            new OperatorOptions(secret, storeKey, MailSettings.Recipient(read)),
            new TokenKey(storeKey),
            upload,
            new RetentionOptions(retention),
            new RecordRetentionOptions(
                read.Whole("AUDIT_RETENTION_DAYS", whenAbsent: 90, min: 1, max: MostRecordDays),
                read.Whole("USAGE_RETENTION_DAYS", whenAbsent: 400, min: 1, max: MostRecordDays),
                read.Whole("ALERT_RETENTION_DAYS", whenAbsent: 90, min: 1, max: MostRecordDays)
            ),
            new StorageOptions((long?)(read.Number("VIDEO_STORAGE_QUOTA_GB", MostQuotaGigabytes) * BytesPerGigabyte))
            {
                LargestCallBytes = upload.LargestCallBytes,
            },
            new StorageFolderOptions(
                Path.GetFullPath(read.Text("VIDEO_STORAGE_DIR") ?? Path.Combine(data, "videos"), workingFolder),
                LinkFoldersOf(read)
            ),
            EncoderOf(read),
            new RenditionOptions(read.Flag("RENDITIONS", whenAbsent: true)),
            new FrameBufferOptions(read.Whole("FRAME_BUFFER_MB", whenAbsent: 2048, min: 16, max: 1_048_576) * 1024L * 1024L),
            DatabaseOf(read, data, workingFolder),
            GeminiOf(read, warnings),
            analysis,
            PricesOf(read, workingFolder),
            AlertsOf(read),
            new ChannelOptions(read.Flag("ALERT_PRIVATE_ADDRESSES")),
            mail,
            new MailTextOptions(analysis.Language, MailSettings.TimeZone(read), mail.From.Host, MailSettings.SubjectPrefix(read)),
            new WatcherOptions(read.Networks("METRICS_ALLOWED_ADDRESSES")),
            new ProxyOptions([.. read.Networks("TRUSTED_PROXIES"), .. isOnPlatform ? PlatformProxies.Networks : []], isOnPlatform),
            TelemetryOf(read),
            LogFormatOf(read, isProduction),
            notices,
            warnings
        );
    }

    private static IReadOnlyList<string> LinkFoldersOf(SettingsReader read) =>
        read.Text(ClipLinks.Setting) is not { } text
            ? []
            : ClipLinks.Parse(text)
                ?? throw new StartUpException(
                    $"{ClipLinks.Setting} must be folders such as /srv/archive, absolute and with commas between them, not '{text}'."
                );

    private static EncoderOptions EncoderOf(SettingsReader read) =>
        EncoderOptions.From(
            read.Whole("FFMPEG_MAX_JOBS", whenAbsent: 1, min: 1, max: 64),
            read.Whole("FFMPEG_QUEUE", whenAbsent: 32, min: 0, max: 10_000),
            read.Whole(
                "FFMPEG_MEMORY_MB",
                EncoderOptions.UsualMemoryMegabytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
                min: 64,
                max: 65_536
            ),
            read.Whole("FFMPEG_TIMEOUT_SECONDS", whenAbsent: 900, min: 1, max: 86_400)
        );

    private static GeminiOptions GeminiOf(SettingsReader read, List<string> warnings)
    {
        var key = read.Text("GOOGLE_API_KEY");
        if (key is not null && !GeminiOptions.IsKey(key))
            throw new StartUpException("GOOGLE_API_KEY holds a space or another character that no key has.");
        var address = read.Address("GEMINI_BASE_URL") ?? GeminiOptions.UsualBaseAddress;
        if (new Uri(address) is { IsLoopback: false, Scheme: "http" })
            warnings.Add("GEMINI_BASE_URL begins with http://; the key and the clips travel readable by others.");
        return new GeminiOptions(
            key,
            address,
            ModelsOf(read, "GEMINI_SCREENING_MODEL", GeminiOptions.UsualScreeningModels),
            ModelsOf(read, "GEMINI_CONFIRMATION_MODEL", GeminiOptions.UsualConfirmationModels)
        );
    }

    private static AnalysisOptions AnalysisOf(SettingsReader read) =>
        new(
            read.Choice("ANALYZER", [("model", AnalyzerKind.Model), ("motion", AnalyzerKind.Motion)]),
            read.Flag("MOTION_GATE"),
            read.Choice("ALERT_LANGUAGE", [("en", Language.English), ("fr", Language.French)])
        );

    private static AlertOptions AlertsOf(SettingsReader read)
    {
        const string patternName = "ALERT_IGNORE_PATTERN";
        const int mostQuietMinutes = 24 * 60;
        var pattern = read.Text(patternName) ?? AlertOptions.UsualIgnorePattern;
        try
        {
            return AlertOptions.From(pattern, read.Whole("ALERT_QUIET_MINUTES", whenAbsent: 5, min: 0, max: mostQuietMinutes));
        }
        catch (ArgumentException exception)
        {
            throw new StartUpException($"{patternName} must be a regular expression, not '{pattern}' ({exception.Message}).", exception);
        }
    }

    private static IReadOnlyList<string> ModelsOf(SettingsReader read, string name, string whenAbsent)
    {
        var text = read.Text(name) ?? whenAbsent;
        return GeminiOptions.ModelsOf(text)
            ?? throw new StartUpException($"{name} must be names of models with commas between them, not '{text}'.");
    }

    private static PriceTable PricesOf(SettingsReader read, string workingFolder)
    {
        if (read.Text("MODEL_PRICES_FILE") is not { } name)
            return PriceTable.Usual();
        try
        {
            return PriceTable.Parse(File.ReadAllText(Path.GetFullPath(name, workingFolder)));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartUpException(
                $"MODEL_PRICES_FILE must name a table of prices in JSON, not '{name}' ({exception.Message}).",
                exception
            );
        }
    }

    // Address, headers and intervals are read by OpenTelemetry itself, by the names that it documents.
    private static TelemetryOptions TelemetryOf(SettingsReader read)
    {
        var protocol = read.Choice(
            "OTEL_EXPORTER_OTLP_PROTOCOL",
            [("http/protobuf", OtlpExportProtocol.HttpProtobuf), ("grpc", OtlpExportProtocol.Grpc)]
        );
        return new TelemetryOptions(read.Address("OTEL_EXPORTER_OTLP_ENDPOINT") is null ? null : protocol);
    }

    // An operator who starts a production server in a terminal reads it there.
    private static LogFormat LogFormatOf(SettingsReader read, bool isProduction)
    {
        var usual = isProduction && Console.IsOutputRedirected ? LogFormat.Json : LogFormat.Text;
        return read.Choice("LOG_FORMAT", [("text", LogFormat.Text), ("json", LogFormat.Json)], usual);
    }

    private static string SecretOf(SettingsReader read, string data, bool isProduction, bool makesKey, List<string> notices)
    {
        if (read.Text("SECRET_KEY") is { } secret)
            return secret;
        if (isProduction)
            throw new StartUpException("SECRET_KEY must be set in production; make one with: openssl rand -hex 32");
        var (key, path) = SecretFile.ReadOrMake(data, makesKey);
        notices.Add($"SECRET_KEY is not set; the key in {path} is used.");
        return key;
    }

    private static void RequireLongEnough(string name, string key, bool isProduction, List<string> warnings)
    {
        if (key.Length >= ShortestSafeKey)
            return;
        if (isProduction)
            throw new StartUpException(
                $"{name} must have at least {ShortestSafeKey} characters in production, for links are hashes of it and can be guessed "
                    + $"at offline."
            );
        var warning = $"{name} has fewer than {ShortestSafeKey} characters; links are hashes of it and can be guessed at offline.";
        if (!warnings.Contains(warning))
            warnings.Add(warning);
    }

    private static IPAddress HostOf(SettingsReader read, bool isOnPlatform)
    {
        var host = read.Text("HOST") ?? (isOnPlatform ? "0.0.0.0" : "127.0.0.1");
        if (host == "localhost")
            return IPAddress.Loopback;
        return IPAddress.TryParse(host, out var address)
            ? address
            : throw new StartUpException($"HOST must be an IP address to listen on, such as 127.0.0.1 or 0.0.0.0, not '{host}'.");
    }

    // sqlite:///x.db is relative to the working folder, sqlite:////x.db absolute.
    private static DatabaseOptions DatabaseOf(SettingsReader read, string data, string workingFolder)
    {
        const string scheme = "sqlite:///";
        var url = read.Text("DATABASE_URL");
        if (url is null)
            return DatabaseOptions.Sqlite(Path.Combine(data, "vigint.db"));
        if (url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && url.Length > scheme.Length)
            return DatabaseOptions.Sqlite(Path.GetFullPath(Uri.UnescapeDataString(url[scheme.Length..]), workingFolder));
        return DatabaseOptions.FromPostgresAddress(url)
            ?? throw new StartUpException(
                "DATABASE_URL must be of the form postgres://user:password@host:5432/database or sqlite:///path."
            );
    }
}
