using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Vigint.TestSupport;

/// <summary>The Files API: resumable uploads that are counted and hashed as they pass, and not kept.</summary>
public sealed class FakeFiles(Func<string> address)
{
    private readonly ConcurrentDictionary<string, FakeFile> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeFile> removed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FakeFile> started = new(StringComparer.Ordinal);
    private int uploadsToBreak;
    private int answersToLose;

    /// <summary>What is there now.</summary>
    public IReadOnlyList<FakeFile> Present => [.. files.Values];

    /// <summary>What was there and has been deleted.</summary>
    public IReadOnlyList<FakeFile> Removed => [.. removed.Values];

    /// <summary>Looks until a file is ready; <see cref="int.MaxValue"/> for never.</summary>
    public int LooksUntilReady { get; set; } = 1;

    /// <summary>Whether files get <c>FAILED</c> instead of ready.</summary>
    public bool FailsToProcess { get; set; }

    /// <summary>Where it says the bytes are to go; null for here.</summary>
    public string? UploadAddress { get; set; }

    /// <summary>A status instead of a deletion; null to delete.</summary>
    public int? FailsToDeleteWith { get; set; }

    /// <summary>Whether it says that it has taken a file and does not know it afterwards.</summary>
    public bool LosesAll { get; set; }

    /// <summary>Forgets what is there now.</summary>
    public void Lose() => files.Clear();

    /// <summary>Ends the connections of the next uploads in their midst.</summary>
    public void BreakUploads(int count) => uploadsToBreak = count;

    /// <summary>Takes the next uploads whole and ends their connections before the answer.</summary>
    public void LoseAnswers(int count) => answersToLose = count;

    /// <returns>False when the address is none of the Files API.</returns>
    internal async Task<bool> AnswerAsync(HttpContext context, string path)
    {
        if (path == "/upload/v1beta/files" && context.Request.Query["upload_id"] is [{ } id])
            await UploadAsync(context, id);
        else if (path == "/upload/v1beta/files")
            await StartAsync(context);
        else if (!path.StartsWith("/v1beta/files/", StringComparison.Ordinal))
            return false;
        else if (!files.TryGetValue(path["/v1beta/".Length..], out var file))
            await RefuseUnknownAsync(context);
        else if (HttpMethods.IsDelete(context.Request.Method))
            await DeleteAsync(context, file);
        else
            await context.Response.WriteAsJsonAsync(Look(file));
        return true;
    }

    /// <summary>As Google does, which does not tell a file that is gone from one that is another's.</summary>
    internal static Task RefuseUnknownAsync(HttpContext context) =>
        FakeGemini.FailAsync(
            context,
            StatusCodes.Status403Forbidden,
            "PERMISSION_DENIED",
            "You do not have permission to access the File or it may not exist."
        );

    /// <param name="uri">As an answer to its upload named it.</param>
    internal bool Has(string uri) => files.Values.Any(file => uri == $"{address()}/v1beta/{file.Name}");

    private async Task StartAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var told = (await JsonNode.ParseAsync(context.Request.Body))!["file"]!;
        if (headers["X-Goog-Upload-Protocol"] != "resumable" || headers["X-Goog-Upload-Command"] != "start")
        {
            await FakeGemini.FailAsync(
                context,
                StatusCodes.Status400BadRequest,
                "INVALID_ARGUMENT",
                "Not the start of a resumable upload."
            );
            return;
        }

        var id = Guid.NewGuid().ToString("N");
        started[id] = new FakeFile(
            told["name"]?.GetValue<string>() ?? $"files/{id}",
            headers["X-Goog-Upload-Header-Content-Type"].ToString(),
            long.Parse(headers["X-Goog-Upload-Header-Content-Length"].ToString(), CultureInfo.InvariantCulture)
        );
        context.Response.Headers["X-Goog-Upload-URL"] =
            $"{UploadAddress ?? address()}/upload/v1beta/files?upload_id={id}&upload_protocol=resumable";
        context.Response.Headers["X-Goog-Upload-Status"] = "active";
    }

    private async Task UploadAsync(HttpContext context, string id)
    {
        var isWhole =
            context.Request.Headers["X-Goog-Upload-Command"] == "upload, finalize"
            && context.Request.Headers["X-Goog-Upload-Offset"] == "0";
        if (!isWhole || !started.TryRemove(id, out var file))
        {
            await FakeGemini.FailAsync(context, StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", "Not an upload that was begun.");
            return;
        }

        var (size, hash) = await CountAsync(context);
        if (size is null || size != file.PromisedBytes)
        {
            FakeConnection.Break(context);
            return;
        }

        file.Take(size.Value, hash, LooksUntilReady);
        if (!LosesAll)
            files[file.Name] = file;
        if (Interlocked.Decrement(ref answersToLose) >= 0)
            FakeConnection.Break(context);
        else
            await context.Response.WriteAsJsonAsync(new JsonObject { ["file"] = Describe(file) });
    }

    // Null for one that is broken off.
    private async Task<(long? Size, string Hash)> CountAsync(HttpContext context)
    {
        var isToBreak = Interlocked.Decrement(ref uploadsToBreak) >= 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var size = 0L;
        while (await context.Request.Body.ReadAsync(buffer) is > 0 and var read)
        {
            size += read;
            hash.AppendData(buffer, 0, read);
            if (isToBreak)
                return (null, "");
        }

        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private Task DeleteAsync(HttpContext context, FakeFile file)
    {
        if (FailsToDeleteWith is { } status)
            return FakeGemini.FailAsync(context, status, "INTERNAL", "Something went wrong.");
        files.TryRemove(file.Name, out _);
        removed[file.Name] = file;
        return context.Response.WriteAsJsonAsync(new JsonObject());
    }

    private JsonObject Look(FakeFile file)
    {
        file.CountLook();
        return Describe(file);
    }

    private JsonObject Describe(FakeFile file) =>
        new()
        {
            ["name"] = file.Name,
            ["mimeType"] = file.MimeType,
            ["sizeBytes"] = file.SizeBytes.ToString(CultureInfo.InvariantCulture),
            ["uri"] = $"{address()}/v1beta/{file.Name}",
            ["state"] =
                file.LooksLeft > 0 ? "PROCESSING"
                : FailsToProcess ? "FAILED"
                : "ACTIVE",
        };
}

/// <param name="name">With <c>files/</c> before it.</param>
/// <param name="promisedBytes">What the start of the upload said.</param>
public sealed class FakeFile(string name, string mimeType, long promisedBytes)
{
    private int looksLeft;

    public string Name => name;

    public string MimeType => mimeType;

    public long PromisedBytes => promisedBytes;

    /// <summary>What arrived.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Of what arrived, in lower case.</summary>
    public string Sha256 { get; private set; } = "";

    internal int LooksLeft => looksLeft;

    internal void Take(long sizeBytes, string sha256, int looks) => (SizeBytes, Sha256, looksLeft) = (sizeBytes, sha256, looks);

    internal void CountLook() => Interlocked.Decrement(ref looksLeft);
}
