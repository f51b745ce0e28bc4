using Vigint.Application.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Disk;

internal sealed class FileHasher : IFileHasher
{
    private const int BytesAtATime = 256 * 1024;

    public async Task<string> HashAsync(MediaFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(
                RegularFile.OpenOwn(file.Path) ?? throw new FileNotFoundException(),
                FileAccess.Read,
                BytesAtATime
            );
            var hash = new ContentHash();
            await hash.AppendAsync(stream, cancellationToken);
            return hash.Text();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw VideoRefusals.StorageAway();
        }
    }
}
