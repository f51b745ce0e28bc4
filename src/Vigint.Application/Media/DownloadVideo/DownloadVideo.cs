using MediatR;
using Vigint.Application.Common;

namespace Vigint.Application.Media.DownloadVideo;

/// <summary>Opens a file that was made for the caller (contract §6, download).</summary>
public sealed record DownloadVideoQuery(Caller Caller, string? Id) : IRequest<DownloadedVideo>;

/// <param name="Bytes">The caller disposes them.</param>
public sealed record DownloadedVideo(Download Download, VideoBytes Bytes) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}

internal sealed class DownloadVideoHandler(Downloads downloads) : IRequestHandler<DownloadVideoQuery, DownloadedVideo>
{
    public Task<DownloadedVideo> Handle(DownloadVideoQuery request, CancellationToken cancellationToken)
    {
        var (download, bytes) = downloads.Open(request.Caller, request.Id);
        return Task.FromResult(new DownloadedVideo(download, bytes));
    }
}
