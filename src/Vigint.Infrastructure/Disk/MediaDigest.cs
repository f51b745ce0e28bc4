using System.Security.Cryptography;
using Vigint.Application.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

internal sealed class MediaDigest : IMediaDigest
{
    private const int BytesAtATime = 256 * 1024;

    public async Task<string> OfAsync(MediaFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, BytesAtATime, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }
}
