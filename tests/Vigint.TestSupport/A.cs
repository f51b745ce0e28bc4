using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vigint.Application.Alerts;
using Vigint.Application.Clock;
using Vigint.Application.Common;
using Vigint.Domain.Alerts;
using Vigint.Domain.Videos;

namespace Vigint.TestSupport;

/// <summary>Builders that name only what a test is about.</summary>
public static class A
{
    /// <summary>When tests take place, unless they say otherwise.</summary>
    public static DateTimeOffset Noon { get; } = new(2026, 10, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>For what counts, where a test does not look at the counts.</summary>
    public static IMeterFactory Meters { get; } =
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    /// <summary>A watch over a clock that a time service keeps right, unless the test says otherwise.</summary>
    public static ClockWatch Watch(
        TimeProvider clock,
        IKernelClock? kernel = null,
        IClockRecord? record = null,
        ILogger<ClockWatch>? logger = null
    ) => new(clock, kernel ?? new PlayedKernelClock(), record ?? new PlayedClockRecord(), logger ?? NullLogger<ClockWatch>.Instance);

    public static Caller Operator { get; } = new(0, "operator", null, Domain.Videos.Video.OperatorOwner);

    public static Caller Client(string owner = "client-a") => new(1, owner, $"{owner}@example.org", owner);

    /// <summary>Of an incident of which everything is known, but for a still.</summary>
    public static AlertNotice Notice { get; } =
        new(
            "VIG-20261004-250-HIGH-k3j9x2",
            "Corner shop",
            "shop@example.org",
            RiskLevel.High,
            "shoplifting",
            "A person takes a bottle from the shelf, hides it under a coat and leaves without paying.",
            "At the beginning a person in a dark coat stands before the shelf.\nThe person looks around, takes a bottle and hides it.",
            new AlertSource("cam-1", "Front door"),
            12.4,
            Noon,
            new AlertClip($"https://videos.example.org/video/clip?token={new string('a', 32)}", Noon.AddHours(48), null),
            null,
            0
        );

    public static Video Video(
        string id = "clip",
        double hoursLeft = 48,
        string owner = Domain.Videos.Video.OperatorOwner,
        string revision = "r1",
        DateTimeOffset? uploadedAt = null,
        long sizeBytes = 4096,
        string metadata = "{}"
    )
    {
        var expiration = LinkExpiration.At(Noon.AddHours(hoursLeft));
        return new Video
        {
            Id = VideoId.OfStored(id)!,
            Owner = owner,
            Revision = revision,
            Expiration = expiration,
            LinkTexts = [expiration.Text],
            ExpirationHours = 48,
            UploadedAt = uploadedAt ?? Noon,
            SizeBytes = sizeBytes,
            Sha256 = new string('a', 64),
            Media = new MediaFacts("video/mp4", 5, 320, 240, "h264"),
            FileName = "clip.mp4",
            Metadata = metadata,
        };
    }

    public static Alert Alert(
        string analysis = "A man takes a bottle.",
        DateTimeOffset? at = null,
        RiskLevel risk = RiskLevel.Medium,
        string owner = "client-a"
    ) =>
        new()
        {
            Id = AlertId.New(at ?? Noon, 250, risk),
            Owner = owner,
            ClientName = owner,
            Email = $"{owner}@example.org",
            At = at ?? Noon,
            Risk = risk,
            State = AlertState.Queued,
            FrameCount = 250,
            Analysis = analysis,
            LinkBase = "https://vigint.example.org",
            Marks = IncidentMarks.Of(analysis, sourceId: null, incidentType: null),
        };

    /// <summary>Its mail, due at the alert's time for whoever comes.</summary>
    public static PlannedDelivery MailOf(Alert alert) =>
        new(new Delivery($"mail-of-{alert.Id}", alert.Id, alert.Owner, ChannelKind.Mail, alert.Email, alert.At, Attempts: 0), Claim: null);
}
