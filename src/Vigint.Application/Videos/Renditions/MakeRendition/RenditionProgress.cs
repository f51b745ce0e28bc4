using Microsoft.Extensions.Logging;
using Vigint.Domain.Videos;

namespace Vigint.Application.Videos.Renditions.MakeRendition;

/// <summary>Passes on how far renditions are, and tells the log now and then.</summary>
internal sealed class RenditionProgress(RenditionQueue queue, TimeProvider clock, ILogger<RenditionProgress> logger)
{
    private static readonly TimeSpan BetweenLogLines = TimeSpan.FromSeconds(15);

    private readonly RenditionQueue queue = queue;
    private readonly TimeProvider clock = clock;
    private readonly ILogger logger = logger;

    public Making Begin(VideoKey video) => new(this, video);

    /// <summary>The making of one rendition.</summary>
    public sealed class Making : IProgress<double>
    {
        private readonly RenditionProgress all;
        private readonly VideoKey video;
        private readonly long begun;
        private long lastLogged;

        internal Making(RenditionProgress all, VideoKey video)
        {
            this.all = all;
            this.video = video;
            begun = lastLogged = all.clock.GetTimestamp();
        }

        public TimeSpan Elapsed => all.clock.GetElapsedTime(begun);

        /// <param name="value">In percent.</param>
        public void Report(double value)
        {
            all.queue.Report(video, value);
            if (all.clock.GetElapsedTime(lastLogged) < BetweenLogLines)
                return;
            lastLogged = all.clock.GetTimestamp();
            all.logger.HasComeTo(video.Id, (int)value);
        }
    }
}
