using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Persistence;

/// <summary>A row of <c>alerts</c>, but for its last repetition.</summary>
internal sealed class AlertRow
{
    public const string Columns = """
        alert_id, owner, client_name, email, at_ms, risk, state, frame_count, incident_type, analysis, detailed_analysis, source_id,
          source_name,
        start_seconds, video_id, video_revision, link_text, video_bytes, clip_trouble, link_base, text_digest, kind, clip_sha256,
          named_video_id, repeats
        """;

    public const string Values = """
        @AlertId, @Owner, @ClientName, @Email, @AtMs, @Risk, @State, @FrameCount, @IncidentType, @Analysis, @DetailedAnalysis, @SourceId,
          @SourceName,
        @StartSeconds, @VideoId, @VideoRevision, @LinkText, @VideoBytes, @ClipTrouble, @LinkBase, @TextDigest, @Kind, @ClipSha256,
          @NamedVideoId, @Repeats
        """;

    public string AlertId { get; init; } = "";
    public string Owner { get; init; } = "";
    public string ClientName { get; init; } = "";
    public string Email { get; init; } = "";
    public long AtMs { get; init; }
    public int Risk { get; init; }
    public string State { get; init; } = "";
    public int FrameCount { get; init; }
    public string? IncidentType { get; init; }
    public string Analysis { get; init; } = "";
    public string? DetailedAnalysis { get; init; }
    public string? SourceId { get; init; }
    public string? SourceName { get; init; }
    public double? StartSeconds { get; init; }
    public string? VideoId { get; init; }
    public string? VideoRevision { get; init; }
    public string? LinkText { get; init; }
    public long? VideoBytes { get; init; }
    public string? ClipTrouble { get; init; }
    public string LinkBase { get; init; } = "";
    public string TextDigest { get; init; } = "";
    public string? Kind { get; init; }
    public string? ClipSha256 { get; init; }
    public string? NamedVideoId { get; init; }
    public int Repeats { get; init; }

    public IncidentMarks Marks => new(TextDigest, SourceId, Kind, ClipSha256, NamedVideoId);

    public static AlertRow Of(Alert alert) =>
        new()
        {
            AlertId = alert.Id.Text,
            Owner = alert.Owner,
            ClientName = alert.ClientName,
            Email = alert.Email,
            AtMs = alert.At.ToUnixTimeMilliseconds(),
            Risk = (int)alert.Risk,
            State = alert.State.WireName(),
            FrameCount = alert.FrameCount,
            IncidentType = alert.IncidentType,
            Analysis = alert.Analysis,
            DetailedAnalysis = alert.DetailedAnalysis,
            SourceId = alert.SourceId,
            SourceName = alert.SourceName,
            StartSeconds = alert.StartSeconds,
            VideoId = alert.Video?.Key.Id.Text,
            VideoRevision = alert.Video?.Key.Revision,
            LinkText = alert.Video?.Link.Text,
            VideoBytes = alert.Video?.SizeBytes,
            ClipTrouble = alert.ClipTrouble,
            LinkBase = alert.LinkBase,
            TextDigest = alert.Marks.TextDigest,
            Kind = alert.Marks.Kind,
            ClipSha256 = alert.Marks.ClipSha256,
            NamedVideoId = alert.Marks.VideoId,
            Repeats = alert.Repeats,
        };

    public Alert ToAlert() =>
        new()
        {
            Id = Domain.Alerts.AlertId.OfStored(AlertId),
            Owner = Owner,
            ClientName = ClientName,
            Email = Email,
            At = DateTimeOffset.FromUnixTimeMilliseconds(AtMs),
            Risk = (RiskLevel)Risk,
            State = StateOf(State),
            FrameCount = FrameCount,
            IncidentType = IncidentType,
            Analysis = Analysis,
            DetailedAnalysis = DetailedAnalysis,
            SourceId = SourceId,
            SourceName = SourceName,
            StartSeconds = StartSeconds,
            Video =
                Domain.Videos.VideoId.OfStored(VideoId) is { } id && LinkExpiration.Read(LinkText) is { } link
                    ? new AlertVideo(new VideoKey(id, VideoRevision!), link, VideoBytes ?? 0)
                    : null,
            ClipTrouble = ClipTrouble,
            LinkBase = LinkBase,
            Marks = Marks,
            Repeats = Repeats,
        };

    public static AlertState StateOf(string text) =>
        Domain.WireNames.Read<AlertState>(text) ?? throw new InvalidDataException("a recorded state is unknown");
}
