using System.Net.Sockets;
using System.Text;

namespace Vigint.Bench;

/// <summary>A model that sees nothing, after a time of its own.</summary>
internal sealed class PlayedModel : PlayedServer
{
    public const int AnswerMilliseconds = 200;

    private static readonly byte[] Judgement = AnswerOf(
        """{"candidates":[{"content":{"parts":[{"text":"{\"incident_detected\":"""
            + """false,\"incident_type\":\"none\",\"description\":\"Nothing.\",\"analysis\":\"Nothing.\"}"}]},"finishReason":"STOP"}],"""
            + """ "usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":20}}"""
    );

    private static readonly byte[] File = AnswerOf("""{"file":{"name":"files/bench","uri":"bench://files/bench","state":"ACTIVE"}}""");
    private static readonly byte[] Removed = AnswerOf("{}");

    private static byte[] AnswerOf(string body, string more = "") =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}");

    // A clip of more than some megabytes is put here first: an address to send it to, then the file.
    private byte[] Answer(string head)
    {
        if (head.StartsWith("POST /upload/", StringComparison.Ordinal))
            return head.Contains("Upload-Command: start", StringComparison.OrdinalIgnoreCase)
                ? AnswerOf("{}", $"X-Goog-Upload-URL: http://127.0.0.1:{Port}/upload/bench\r\n")
                : File;
        if (head.StartsWith("DELETE ", StringComparison.Ordinal))
            return Removed;
        Pause.Milliseconds(AnswerMilliseconds);
        return Judgement;
    }

    protected override void Serve(Socket socket)
    {
        var buffer = new byte[256 * 1024];
        while (true)
        {
            var (head, have, bodyStart) = Connection.ReadHead(socket, buffer);
            var left = (Connection.LengthOf(head) ?? 0) - (have - bodyStart);
            Connection.Discard(socket, left);
            socket.Send(Answer(head));
        }
    }
}
