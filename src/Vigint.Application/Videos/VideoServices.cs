using Microsoft.Extensions.DependencyInjection;
using Vigint.Application.Videos.PlayVideo;
using Vigint.Application.Videos.Renditions;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Application.Videos.UploadVideo;

namespace Vigint.Application.Videos;

internal static class VideoServices
{
    public static IServiceCollection AddVideos(this IServiceCollection services) =>
        services
            .AddSingleton<LinkCache>(_ => new LinkCache())
            .AddSingleton<VideoLocks>()
            .AddSingleton<UnsettledVideos>()
            .AddSingleton<VideoFinder>()
            .AddSingleton<VideoLinks>()
            .AddSingleton<VideoWriter>()
            .AddSingleton<VideoRemover>()
            .AddSingleton<VideoSettler>()
            .AddSingleton<LinkTexts>()
            .AddSingleton<IVideoObserver, RenditionObserver>()
            .AddSingleton<IVideoObserver, RoomObserver>()
            .AddSingleton<IVideoObserver, AuditObserver>()
            .AddSingleton<IVideoObserver, UploadCounter>()
            .AddSingleton<TakeInProgress>()
            .AddSingleton<VideoMetrics>()
            .AddSingleton<PlayVideo.PlayVideo>()
            .AddSingleton<Viewings>()
            .AddSingleton<UploadReceiver>()
            .AddSingleton<KeyedUploads>()
            .AddSingleton<VideoIntake>()
            .AddSingleton<LinkExtension>();
}
