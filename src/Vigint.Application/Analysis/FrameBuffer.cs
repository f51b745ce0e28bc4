using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Domain;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>The newest frames of one source, as files in a scratch folder of its own. Whole calls come one after the other.</summary>
internal sealed class FrameBuffer(string owner, IScratch scratch, FrameBudget budget, TimeProvider clock)
{
    private readonly Lock gate = new();

    // In the order of arrival.
    private readonly List<BufferedFrame> frames = [];
    private IScratchFolder? folder;
    private long arrived;
    private string? name;
    private DateTimeOffset lastUsed = clock.GetSteadyNow();
    private bool isForgotten;

    /// <summary>When it is forgotten unless another frame comes.</summary>
    public DateTimeOffset EndsAt
    {
        get
        {
            lock (gate)
                return lastUsed + FrameBuffers.IdleLife;
        }
    }

    /// <summary>
    /// Appends all frames of a call, or none. The oldest make room: for their number, and where the bytes are bounded for theirs.
    /// </summary>
    /// <param name="newName">What people call the source; null to leave it as it is.</param>
    /// <returns>How many are kept now; null when the buffer has been forgotten.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.NoRoom"/> or <see cref="Refusal.Unavailable"/>; nothing has changed then.
    /// </exception>
    public int? Append(FrameIntake incoming, string? newName)
    {
        lock (gate)
        {
            if (isForgotten)
                return null;
            var first = Math.Max(0, incoming.Pictures.Count - FrameBuffers.MostFrames);
            var coming = incoming.Pictures.Skip(first).ToList();
            var (leaving, growth) = TakeRoom(coming);
            var added = new List<BufferedFrame>(coming.Count);
            var now = clock.GetTimestamp();
            var isWhole = false;
            try
            {
                foreach (var picture in coming)
                {
                    folder ??= scratch.NewFolder();
                    var frame = new BufferedFrame($"{arrived + added.Count}.jpg", picture, now);
                    folder.Share(incoming.At(first + added.Count), frame.FileName);
                    added.Add(frame);
                }

                isWhole = true;
            }
            finally
            {
                if (!isWhole)
                {
                    budget.GiveBack(owner, growth);
                    Remove(added);
                }
            }

            var gone = frames.GetRange(0, leaving);
            frames.RemoveRange(0, leaving);
            frames.AddRange(added);
            arrived += added.Count;
            name = newName ?? name;
            lastUsed = clock.GetSteadyNow();
            Remove(gone);
            return frames.Count;
        }
    }

    /// <summary>Gives the frames of this moment a second name in another folder, numbered for <see cref="FrameSequence"/>.</summary>
    public SharedFrames ShareWith(IScratchFolder other)
    {
        lock (gate)
        {
            for (var number = 0; number < frames.Count; number++)
                other.Share(folder!.At(frames[number].FileName), FrameSequence.NameOf(number));
            return frames.Count > 0
                ? new SharedFrames(
                    [.. frames.Select(frame => frame.Picture)],
                    clock.GetElapsedTime(frames[0].ArrivedAt, frames[^1].ArrivedAt)
                )
                : SharedFrames.None;
        }
    }

    /// <param name="id">What this is the buffer of.</param>
    public BufferedSource Describe(string id)
    {
        lock (gate)
            return new BufferedSource(id, name ?? id, frames.Count);
    }

    /// <summary>Removes all frames, for good, when none has come for <see cref="FrameBuffers.IdleLife"/>.</summary>
    /// <returns>Whether it is forgotten.</returns>
    public bool ForgetIfIdle()
    {
        lock (gate)
        {
            if (!isForgotten && clock.GetSteadyNow() - lastUsed < FrameBuffers.IdleLife)
                return false;
            Forget();
            return true;
        }
    }

    /// <summary>Removes all frames, for good.</summary>
    public void Forget()
    {
        lock (gate)
        {
            if (isForgotten)
                return;
            isForgotten = true;
            budget.GiveBack(owner, frames.Sum(frame => frame.Picture.SizeBytes));
            frames.Clear();
            folder?.Dispose();
        }
    }

    private (int Leaving, long Growth) TakeRoom(List<Picture> coming)
    {
        var leaving = Math.Max(0, frames.Count + coming.Count - FrameBuffers.MostFrames);
        var growth = coming.Sum(picture => picture.SizeBytes) - frames.Take(leaving).Sum(frame => frame.Picture.SizeBytes);
        while (!budget.TryTake(owner, growth))
        {
            if (leaving == frames.Count)
                throw BufferRefusals.NoRoom(budget.MostBytesOfOne);
            growth -= frames[leaving++].Picture.SizeBytes;
        }

        return (leaving, growth);
    }

    private void Remove(List<BufferedFrame> some) => some.ForEach(frame => folder!.Remove(frame.FileName));

    /// <param name="FileName">In the folder; never given twice.</param>
    /// <param name="ArrivedAt">As the clock counts; the same for all of a call.</param>
    private sealed record BufferedFrame(string FileName, Picture Picture, long ArrivedAt);
}
