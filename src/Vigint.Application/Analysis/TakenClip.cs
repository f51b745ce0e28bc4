namespace Vigint.Application.Analysis;

/// <summary>A clip to be looked at. Its file is there until this is disposed, whatever becomes of where it was taken from.</summary>
/// <param name="frames">Pictures in it; 0 where unknown.</param>
/// <param name="letGo">Called once.</param>
public sealed class TakenClip(ClipFile file, int frames, Action letGo) : IDisposable
{
    private Action? letGo = letGo;

    public ClipFile File => file;

    /// <summary>Pictures in it; 0 where unknown.</summary>
    public int Frames => frames;

    public void Dispose() => Interlocked.Exchange(ref letGo, null)?.Invoke();
}
