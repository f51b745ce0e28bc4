using Vigint.Application.Analysis;
using Vigint.Application.Media;
using Vigint.Domain.Clients;

namespace Vigint.Application.Lifecycle.EraseClient;

/// <summary>What this server keeps of a client for an hour at most, to work on.</summary>
internal sealed class ErasedWork(CurrentClips clips, FrameBuffers buffers, Downloads downloads, JudgementCache judgements)
{
    public void Erase(Client client)
    {
        clips.Forget(client.Owner);
        buffers.Forget(client.Owner);
        downloads.Forget(client.Owner);
        judgements.Forget(client.Owner);
    }
}
