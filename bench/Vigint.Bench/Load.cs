using System.Globalization;
using System.Text;

namespace Vigint.Bench;

/// <summary>The requests that are measured.</summary>
internal static class Load
{
    private const string Boundary = "bench-0123456789";
    private static readonly byte[] Tail = Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    public static void Upload(Connection connection, string id, Clip clip)
    {
        var parts = Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{{\"video_id\":\"{id}\",\"source\":\"bench\"}}\r\n"
                + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"video\"; filename=\"clip.mp4\"\r\nContent-Type: "
                + $"video/mp4\r\n\r\n"
        );
        var head = Connection.Head(
            "POST",
            "/api/v1/videos/upload",
            $"Authorization: Bearer {VigintServer.Key}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\n"
                + $"Content-Length: {parts.Length + clip.SizeBytes + Tail.Length}\r\n"
        );
        connection.Ask([.. head, .. parts], [.. clip.Pieces(), Tail]);
    }

    /// <param name="number">Makes the clip another one than any before, so that nobody remembers what was said of it.</param>
    public static void Analyze(Connection connection, Clip clip, int number)
    {
        var part = Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"video\"; filename=\"clip.mp4\"\r\nContent-Type: video/mp4\r\n\r\n"
        );
        byte[] box = [0, 0, 0, 16, .. "free"u8, .. Encoding.ASCII.GetBytes(number.ToString("x8", CultureInfo.InvariantCulture))];
        var head = Connection.Head(
            "POST",
            "/api/video/analyze",
            $"X-API-Key: {VigintServer.Key}\r\nContent-Type: multipart/form-data; boundary={Boundary}\r\n"
                + $"Content-Length: {part.Length + clip.SizeBytes + box.Length + Tail.Length}\r\n"
        );
        connection.Ask([.. head, .. part], [.. clip.Pieces(), box, Tail]);
    }

    public static void Delete(Connection connection, string id) =>
        connection.Ask(Connection.Head("DELETE", $"/api/v1/videos/upload/{id}", $"Authorization: Bearer {VigintServer.Key}\r\n"));

    public static void Put(Connection connection, string name, Clip clip) =>
        connection.Ask(Connection.Head("PUT", $"/put/{name}", $"Content-Length: {clip.SizeBytes}\r\n"), clip.Pieces());

    public static byte[] Get(StoredPair pair) => Connection.Head("GET", pair.Address);

    public static byte[] HeadOf(StoredPair pair) => Connection.Head("HEAD", pair.Address);

    public static byte[] Range(StoredPair pair, long from, int count) =>
        Connection.Head("GET", pair.Address, $"Range: bytes={from}-{from + count - 1}\r\n");
}
