using System.Security.Cryptography;
using Vigint.Api.Media;
using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Api.Alerts;

/// <summary>
/// Takes in the clip of an alert, which goes out without when something is wrong with it: then the rest of the clip is read for its digest
/// and forgotten.
/// </summary>
/// <param name="into">Null when there is no room for it.</param>
/// <param name="why">Why there is none; null when there is.</param>
/// <param name="member">What it is called on the wire.</param>
internal sealed class AlertClipSink(ReceivedMedia? into, string? why, string member) : IMediaSink, IDisposable
{
    private const string Name = "clip";

    // How much of it is decoded before that shows depends on how it arrives.
    private const string DigestOfNoBase64 = "no base64";

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly VideoSink? clip = into is null ? null : new VideoSink(into, Name, member);
    private bool hasCome;
    private bool isBroken;

    /// <summary>Why it cannot be used; null when it can, or did not come.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Null when none came, or none that can be used.</summary>
    public MediaFile? File => hasCome && Trouble is null ? into!.Folder.At(Name) : null;

    /// <summary>Of all that came, whether or not it can be used: the same for the same call, whatever trouble the server had.</summary>
    /// <returns>SHA-256 in 64 lower-case hex digits, for a clip that is one; null when none came.</returns>
    public string? Digest() =>
        isBroken ? DigestOfNoBase64
        : hasCome ? Convert.ToHexStringLower(hash.GetCurrentHash())
        : null;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        hasCome = true;
        hash.AppendData(bytes);
        if (Trouble is not null)
            return;
        if (clip is null)
            Trouble = why;
        try
        {
            clip?.Append(bytes);
        }
        catch (RefusedException refusal)
        {
            Trouble = refusal.Message;
        }
    }

    public void End(bool isBase64)
    {
        isBroken |= !isBase64;
        try
        {
            clip?.End(isBase64);
        }
        catch (RefusedException refusal)
        {
            Trouble ??= refusal.Message;
        }
    }

    public void Dispose()
    {
        clip?.Dispose();
        hash.Dispose();
    }
}
