using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vigint.Cli.Migration;

/// <summary>
/// Which videos of a list have arrived, with their hashes, in a file beside it: a migration that was interrupted need not download them again to know. A line
/// is written when a video has arrived; of a torn one the video is looked at anew.
/// </summary>
internal sealed class MovedList : IDisposable
{
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    private MovedList(FileStream file) => this.file = file;

    /// <exception cref="CommandFailedException">It cannot be written, or another migration has it.</exception>
    public static MovedList Open(string path)
    {
        try
        {
            // Shared with nobody: the lock goes with the process, however that ends.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var list = new MovedList(file);
            list.Read();
            return list;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone(
                $"The file '{path}', which remembers what has arrived, cannot be used ({exception.Message}); let another migration of this list end first, or name another file with --state.", exception);
        }
    }

    /// <returns>Null when it has not arrived, as far as is remembered.</returns>
    public string? Sha256Of(string id)
    {
        lock (gate)
            return hashes.GetValueOrDefault(id);
    }

    public void Add(string id, string sha256)
    {
        lock (gate)
        {
            hashes[id] = sha256;
            file.Write(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["video_id"] = id, ["sha256"] = sha256 }));
            file.WriteByte((byte)'\n');
            file.Flush();
        }
    }

    public void Dispose() => file.Dispose();

    private void Read()
    {
        using (var reader = new StreamReader(file, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line)
                Take(line);
        }

        if (file.Length == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.WriteByte((byte)'\n'); // a torn line shall not spoil the next one
    }

    private void Take(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is JsonObject one && one["video_id"]?.GetValue<string>() is { } id && one["sha256"]?.GetValue<string>() is { } hash)
                hashes[id] = hash;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The process ended while it was written.
        }
    }
}
