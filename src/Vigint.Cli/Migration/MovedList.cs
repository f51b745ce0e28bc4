using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Migration;

/// <summary>
/// Which videos of a list have arrived, with their hashes, in a file beside it: a migration that was interrupted need not download them
/// again to know. A line is written when a video has arrived; of a torn one the video is looked at anew, and of one that tells of another
/// link, or of none:
/// behind a new link of an id there may be another video.
/// </summary>
internal sealed class MovedList : IDisposable
{
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Sha256, string Link)> arrived = new(StringComparer.Ordinal);

    private MovedList(FileStream file) => this.file = file;

    /// <exception cref="CommandFailedException">It cannot be written, or another migration has it.</exception>
    public static MovedList Open(string path)
    {
        try
        {
            // Shared with nobody: the lock goes with the process, however that ends.
            // Nothing is kept in memory: what cannot be written is known at once, and is not tried again when the file is closed.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            var list = new MovedList(file);
            list.Read();
            return list;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandFailedException.NotDone(
                $"The file '{path}', which remembers what has arrived, cannot be used ({exception.Message}); let another migration of "
                    + $"this list end first, or name another file with --state.",
                exception
            );
        }
    }

    /// <returns>Null when what is behind that link has not arrived, as far as is remembered.</returns>
    public string? Sha256Of(PrivateLink link)
    {
        lock (gate)
            return arrived.TryGetValue(link.Id, out var one) && one.Link == DigestOf(link) ? one.Sha256 : null;
    }

    /// <exception cref="MigrationEndedException">It cannot be written any more: the disk is full.</exception>
    public void Add(PrivateLink link, string sha256)
    {
        var digest = DigestOf(link);
        var line = new JsonObject
        {
            ["video_id"] = link.Id,
            ["sha256"] = sha256,
            ["link_sha256"] = digest,
        };
        lock (gate)
        {
            arrived[link.Id] = (sha256, digest);
            try
            {
                file.Write(Encoding.UTF8.GetBytes($"{line.ToJsonString()}\n"));
            }
            catch (IOException exception)
            {
                throw new MigrationEndedException(
                    $"The file that remembers what has arrived cannot be written ({exception.Message}); make room and start the same "
                        + $"command again, or name another file with --state.",
                    exception
                );
            }
        }
    }

    public void Dispose() => file.Dispose();

    // The link itself is a secret.
    private static string DigestOf(PrivateLink link) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link.Address.AbsoluteUri)));

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
            if (
                JsonNode.Parse(line) is JsonObject one
                && one["video_id"]?.GetValue<string>() is { } id
                && one["sha256"]?.GetValue<string>() is { } hash
                && one["link_sha256"]?.GetValue<string>() is { } link
            )
                arrived[id] = (hash, link);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The process ended while it was written.
        }
    }
}
