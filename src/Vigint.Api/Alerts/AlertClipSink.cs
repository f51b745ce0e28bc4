using Vigint.Api.Media;
using Vigint.Application.Media;
using Vigint.Domain;

namespace Vigint.Api.Alerts;

/// <summary>Takes in the clip of an alert, which goes out without when something is wrong with it: then the rest of the clip is read and forgotten.</summary>
/// <param name="into">Null when there is no room for it.</param>
/// <param name="why">Why there is none; null when there is.</param>
/// <param name="member">What it is called on the wire.</param>
internal sealed class AlertClipSink(ReceivedMedia? into, string? why, string member) : IMediaSink, IDisposable
{
    private const string Name = "clip";

    private readonly VideoSink? clip = into is null ? null : new VideoSink(into, Name, member);
    private bool hasCome;

    /// <summary>Why it cannot be used; null when it can, or did not come.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Null when none came, or none that can be used.</summary>
    public MediaFile? File => hasCome && Trouble is null ? into!.Folder.At(Name) : null;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || Trouble is not null)
            return;
        hasCome = true;
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
        try
        {
            clip?.End(isBase64);
        }
        catch (RefusedException refusal)
        {
            Trouble ??= refusal.Message;
        }
    }

    public void Dispose() => clip?.Dispose();
}
