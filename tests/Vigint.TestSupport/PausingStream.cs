namespace Vigint.TestSupport;

/// <summary>A clip that begins like an MP4 and, after some bytes, neither goes on nor ends until it is let go.</summary>
public sealed class PausingStream(long pauseAt) : Stream
{
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] start = Clips.Fake();
    private long sent;

    /// <summary>When all bytes before the pause have been handed over.</summary>
    public Task Reached => reached.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => sent;
        set => throw new NotSupportedException();
    }

    /// <summary>Lets it end.</summary>
    public void LetGo() => letGo.TrySetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (sent >= pauseAt)
        {
            reached.TrySetResult();
            await letGo.Task.WaitAsync(cancellationToken);
            return 0;
        }

        var count = (int)Math.Min(buffer.Length, sent < start.Length ? start.Length - sent : pauseAt - sent);
        if (sent < start.Length)
            start.AsMemory((int)sent, count).CopyTo(buffer);
        else
            buffer.Span[..count].Fill((byte)sent);
        sent += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
