using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Vigint.Cli.Migration;

/// <summary>The bytes of a video in a file, with their hash. Read as often as need be, never held in memory.</summary>
/// <param name="sha256">64 lower-case hex digits.</param>
internal sealed class ClipFile(SafeFileHandle handle, long sizeBytes, string sha256) : IDisposable
{
    private const int ChunkBytes = 128 * 1024;

    public long SizeBytes => sizeBytes;

    public string Sha256 => sha256;

    /// <summary>Takes over a file that is open.</summary>
    public static async Task<ClipFile> OfAsync(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var size = await ReadAsync(
                handle,
                chunk =>
                {
                    hash.AppendData(chunk.Span);
                    return ValueTask.CompletedTask;
                },
                cancellationToken
            );
            return new ClipFile(handle, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes a stream to its end. The file has no name any more when this returns, so that nothing is left of it however the process ends.
    /// </summary>
    /// <param name="moved">Told whenever something came.</param>
    /// <exception cref="CommandFailedException">There is no room for it here.</exception>
    public static async Task<ClipFile> ReceiveAsync(Stream body, Action moved, CancellationToken cancellationToken)
    {
        var handle = NewNameless();
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var size = 0L;
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                moved();
                hash.AppendData(buffer, 0, read);
                await WriteAsync(handle, buffer.AsMemory(0, read), size, cancellationToken);
                size += read;
            }

            return new ClipFile(handle, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Gives all of it, piece by piece.</summary>
    public Task ReadAsync(Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellationToken) =>
        ReadAsync(handle, take, cancellationToken);

    public void Dispose() => handle.Dispose();

    private static async Task<long> ReadAsync(
        SafeFileHandle handle,
        Func<ReadOnlyMemory<byte>, ValueTask> take,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var offset = 0L;
            while (await RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken) is > 0 and var read)
            {
                await take(buffer.AsMemory(0, read));
                offset += read;
            }

            return offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteAsync(
        SafeFileHandle handle,
        ReadOnlyMemory<byte> bytes,
        long offset,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await RandomAccess.WriteAsync(handle, bytes, offset, cancellationToken);
        }
        catch (IOException exception)
        {
            throw CannotBeWritten(exception);
        }
    }

    private static SafeFileHandle NewNameless()
    {
        try
        {
            var path = Path.Combine(Path.GetTempPath(), $"vigint-{Guid.NewGuid():N}");
            var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.Asynchronous);
            File.Delete(path);
            return handle;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(exception);
        }
    }

    private static CommandFailedException CannotBeWritten(Exception exception) =>
        CommandFailedException.NotDone(
            $"The temporary file cannot be written ({exception.Message}); set TMPDIR to a folder that has room for some videos.",
            exception
        );
}
