using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vigint.Bench;

/// <summary>A video and its JSON file as the old server left them, with the link that the contract's formula gives.</summary>
internal sealed record StoredPair(string Id, string Address)
{
    private const string Expiration = "2099-01-01T00:00:00";

    public const int SmallBytes = 4096;

    /// <param name="writtenAt">Counts as the time of upload; null for now.</param>
    public static StoredPair Write(string folder, string id, Clip clip, DateTime? writtenAt = null)
    {
        var path = Path.Combine(folder, $"video_{id}.mp4");
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            foreach (var piece in clip.Pieces())
                file.Write(piece.Span);
        }

        File.WriteAllText(
            Path.Combine(folder, $"video_{id}.json"),
            $$"""{"video_id": "{{id}}", "expiration_time": "{{Expiration}}", "source": "camera", "incident_type": "shoplifting","""
                + $$""" "confidence": 0.9}"""
        );
        if (writtenAt is { } time)
            File.SetLastWriteTimeUtc(path, time);
        var token = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}:{Expiration}:{VigintServer.Key}")))[..32];
        return new StoredPair(id, $"/video/{id}?token={token}");
    }

    public static List<StoredPair> WriteMany(string folder, int count)
    {
        var clip = new Clip(SmallBytes);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(number => Write(folder, string.Create(CultureInfo.InvariantCulture, $"old_{number:000000}"), clip)),
        ];
    }
}
