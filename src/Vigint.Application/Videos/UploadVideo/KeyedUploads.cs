using System.Text.Json;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>Lets an upload that is sent again under its key be stored once (contract, sending a call again).</summary>
internal sealed class KeyedUploads(IIdempotencyRecords calls, KeysInUse keys, TimeProvider clock)
{
    // Noted before it is stored and answered after: should the server die in between, the same call stores the same video again.
    public async Task<StoredUpload> StoreOnceAsync(
        Caller caller,
        IdempotencyKey key,
        KeyedCall call,
        WantedVideo wanted,
        Func<Task<StoredUpload>> storeAsync,
        CancellationToken cancellationToken
    )
    {
        using var _ = keys.Take(caller, KeyedCallKind.Upload, key);
        var known = await calls.BeginAsync(call, wanted.Id.Text, clock.GetUtcNow(), cancellationToken);
        if (known.RequireSame(call).Answer is { } answer)
            return JsonSerializer.Deserialize<StoredUpload>(answer)!;
        var isStored = false;
        try
        {
            var stored = await storeAsync();
            isStored = true;
            await calls.CompleteAsync(call, JsonSerializer.Serialize(stored), CancellationToken.None);
            return stored;
        }
        finally
        {
            // What was refused may be sent again with what it lacked.
            if (!isStored)
                await calls.AbandonAsync(call, CancellationToken.None);
        }
    }
}
