using System.Text.Json.Nodes;

namespace Vigint.TestSupport;

/// <summary>Calls that bring what is to be analysed (contract §5), the way clients make them.</summary>
public static class AnalysisCalls
{
    public const string Upload = "/api/video/upload";
    public const string Buffer = "/api/video/buffer";
    public const string Batch = "/api/video/buffer/batch";
    public const string SourceBuffer = "/api/video/multi-source/buffer";

    /// <summary>Makes a clip the caller's current one.</summary>
    public static Task<Answer> UploadClipAsync(this VideoApi api, byte[] clip) =>
        api.PostAsync(
            Upload,
            new JsonObject { ["video_data"] = Convert.ToBase64String(clip), ["video_filename"] = "x.mp4" }.ToJsonString()
        );

    public static Task<Answer> BufferAsync(this VideoApi api, byte[] frame, JsonNode? frameCount = null, JsonNode? timestamp = null) =>
        api.PostAsync(
            Buffer,
            new JsonObject
            {
                ["frame_data"] = Convert.ToBase64String(frame),
                ["frame_count"] = frameCount?.DeepClone(),
                ["timestamp"] = timestamp?.DeepClone(),
            }.ToJsonString()
        );

    public static Task<Answer> BufferBatchAsync(this VideoApi api, IEnumerable<byte[]> frames) =>
        api.PostAsync(
            Batch,
            new JsonObject
            {
                ["frames"] = new JsonArray([
                    .. frames.Select(
                        (frame, number) =>
                            new JsonObject
                            {
                                ["frame_data"] = Convert.ToBase64String(frame),
                                ["frame_count"] = number,
                                ["timestamp"] = "2026-10-04T12:00:00.123456",
                            }
                    ),
                ]),
            }.ToJsonString()
        );

    public static Task<Answer> BufferOfSourceAsync(this VideoApi api, string sourceId, byte[] frame, string? sourceName = null) =>
        api.PostAsync(
            SourceBuffer,
            new JsonObject
            {
                ["source_id"] = sourceId,
                ["source_name"] = sourceName,
                ["frame_data"] = Convert.ToBase64String(frame),
                ["frame_count"] = 7,
            }.ToJsonString()
        );
}
