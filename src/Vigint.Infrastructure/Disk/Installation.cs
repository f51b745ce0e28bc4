using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

/// <summary>
/// The step from a draft to a video, by renames alone:
/// <list type="number">
/// <item>prepared: <c>X.mp4</c> and <c>X.json</c> are flushed, <c>X.old.*</c> are second names of what is replaced;</item>
/// <item>the bytes are renamed — from here on a crash completes it, because nothing of the old is visible any more;</item>
/// <item>the sidecar is renamed, the folder flushed;</item>
/// <item>disposed: <c>X.old.json</c>, then <c>X.old.mp4</c> are removed.</item>
/// </list>
/// Undoing puts the bytes back, then the sidecar. Start-up tells the two ways apart by which of <c>X.old.*</c> is missing: forward
/// the sidecar goes first, backward the bytes do.
/// </summary>
internal sealed class Installation : IInstallation
{
    private readonly StorageFolder folder;
    private readonly VideoDraft draft;
    private readonly VideoId id;
    private readonly string stem;
    private readonly bool holdsBack;
    private bool bytesMoved;
    private bool sidecarMoved;

    public Installation(StorageFolder folder, VideoDraft draft, VideoId id)
    {
        this.folder = folder;
        this.draft = draft;
        this.id = id;
        stem = draft.Stem;

        // Without bytes there is nothing to hold back, and a sidecar alone would look to start-up like an undoing.
        using var bytes = folder.OpenVideo(id, out var bytesRefusal);
        using var sidecar = folder.OpenSidecar(id, out var sidecarRefusal);
        if (bytesRefusal != RegularFile.Refusal.None || sidecarRefusal != RegularFile.Refusal.None)
            throw VideoRefusals.TakenByUnusable(id);
        if (bytes is null || sidecar is null)
            return;
        SecondName.Give(bytes, OldBytes);
        SecondName.Give(sidecar, OldSidecar);
        holdsBack = true;
    }

    public string HeldBack => OldBytesName(stem);

    public bool IsTorn { get; private set; }

    private string OldBytes => folder.Incoming(OldBytesName(stem));

    private string OldSidecar => folder.Incoming(OldSidecarName(stem));

    private string NewBytes => folder.Incoming(DraftName(stem));

    private string NewSidecar => folder.Incoming(SidecarName(stem));

    public static string StemOf(string name) => name.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? name[..dot] : name;

    public static string DraftName(string stem) => $"{stem}.mp4";

    public static string SidecarName(string stem) => $"{stem}.json";

    public static string OldBytesName(string stem) => $"{stem}.old.mp4";

    public static string OldSidecarName(string stem) => $"{stem}.old.json";

    public void Commit()
    {
        IsTorn = true;
        try
        {
            File.Move(NewBytes, folder.Video(id), overwrite: true);
            bytesMoved = true;
            File.Move(NewSidecar, folder.Sidecar(id), overwrite: true);
            sidecarMoved = true;
            folder.Flush();
            draft.Keep();
            IsTorn = false;
        }
        catch (Exception exception)
        {
            Undo();
            if (DiskFull.Is(exception))
                throw DiskFull.AsRefusal(folder.Path);
            throw;
        }
    }

    public void Undo()
    {
        IsTorn = true;
        if (holdsBack)
        {
            if (bytesMoved)
                File.Move(OldBytes, folder.Video(id), overwrite: true);
            if (sidecarMoved)
                File.Move(OldSidecar, folder.Sidecar(id), overwrite: true);
        }
        else
        {
            // Back to being a draft; a crash in between completes the upload, as if it had come a moment later.
            if (sidecarMoved)
                File.Move(folder.Sidecar(id), NewSidecar, overwrite: true);
            if (bytesMoved)
                File.Move(folder.Video(id), NewBytes, overwrite: true);
        }

        bytesMoved = sidecarMoved = false;
        folder.Flush();

        // In this order: a sidecar whose draft is gone means to start-up that the bytes were renamed.
        File.Delete(NewSidecar);
        File.Delete(NewBytes);
        IsTorn = false;
    }

    public void Dispose()
    {
        // The disk failed in the middle: what is here may be the last copy, and start-up knows what to do with it.
        if (IsTorn)
        {
            draft.LeaveToStart();
            return;
        }

        File.Delete(NewSidecar);
        File.Delete(OldSidecar);
        File.Delete(OldBytes);
    }
}
