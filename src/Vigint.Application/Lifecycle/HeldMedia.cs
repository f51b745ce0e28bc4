using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle;

/// <summary>What this server holds for clients to work on, for an hour at most, and never in the database.</summary>
internal sealed class HeldMedia(CurrentClips clips, FrameBuffers buffers, Downloads downloads, JudgementCache judgements)
{
    /// <summary>Removes what nobody came for.</summary>
    public void RemoveEnded()
    {
        downloads.RemoveEnded();
        clips.RemoveEnded();
        buffers.RemoveIdle();
    }

    /// <summary>Removes what is held for a client.</summary>
    public void Erase(Client client)
    {
        clips.Forget(client.Owner);
        buffers.Forget(client.Owner);
        downloads.Forget(client.Owner);
        judgements.Forget(client.Owner);
    }
}
