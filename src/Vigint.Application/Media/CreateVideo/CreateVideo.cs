using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media.CreateVideo;

/// <summary>Makes a video of pictures (contract §6, create).</summary>
/// <param name="Frames">Remains the caller's to dispose.</param>
/// <param name="FileName">What the video is to be called; null for a name of the server's own.</param>
/// <param name="FrameRate">Frames a second; null for <see cref="DefaultFrameRate"/>.</param>
/// <param name="Format"><c>mp4</c>, <c>avi</c>, <c>mov</c> or <c>mkv</c>, in any case; null for <c>mp4</c>.</param>
public sealed record CreateVideoCommand(Caller Caller, FrameIntake Frames, string? FileName, double? FrameRate, string? Format)
    : IRequest<CreatedVideo>
{
    public const double DefaultFrameRate = 25;
    public const double LeastFrameRate = 0.1;
    public const double MostFrameRate = 120;
}

/// <param name="DownloadId">Leads to the file for an hour.</param>
/// <param name="Failed">Pictures that could not be read.</param>
public sealed record CreatedVideo(string DownloadId, int Frames, int Failed, double FrameRate, int Width, int Height)
{
    public double DurationSeconds => Frames / FrameRate;
}

internal sealed class CreateVideoValidator : AbstractValidator<CreateVideoCommand>
{
    public CreateVideoValidator()
    {
        RuleFor(c => c.FrameRate)
            .Must(fps => fps is null or (>= CreateVideoCommand.LeastFrameRate and <= CreateVideoCommand.MostFrameRate))
            .OrRefuse(() => MediaRefusals.UnusableFrameRate(CreateVideoCommand.LeastFrameRate, CreateVideoCommand.MostFrameRate));
        RuleFor(c => c.Format)
            .Must(format => CreateVideoHandler.FormatOf(format) is not null)
            .OrRefuse(() => MediaRefusals.UnknownFormat());
    }
}

internal sealed class CreateVideoHandler(FrameAssembly assembly, Downloads downloads, ILogger<CreateVideoHandler> logger)
    : IRequestHandler<CreateVideoCommand, CreatedVideo>
{
    public async Task<CreatedVideo> Handle(CreateVideoCommand request, CancellationToken cancellationToken)
    {
        var (extension, format, contentType) = FormatOf(request.Format)!.Value;
        var pictures = request.Frames.Pictures;
        if (pictures.Count == 0)
            throw MediaRefusals.NoFrames();
        var rate = request.FrameRate ?? CreateVideoCommand.DefaultFrameRate;
        var sequence = FrameSequence.Of(request.Frames.Folder, pictures, rate, format);
        var video = await assembly.MakeAsync(request.Caller, sequence, cancellationToken);
        var id = downloads.Keep(request.Caller, video.Media, video.Name, contentType, FileNameOf(request.FileName, extension));
        var failed = request.Frames.Failed + pictures.Count - video.Frames;
        logger.Created(request.Caller.ClientName, video.Frames, failed, sequence.Width, sequence.Height);
        return new CreatedVideo(id, video.Frames, failed, rate, sequence.Width, sequence.Height);
    }

    public static (string Extension, VideoFormat Format, string ContentType)? FormatOf(string? text) =>
        text?.ToLowerInvariant() switch
        {
            null or "mp4" => ("mp4", VideoFormat.Mp4, "video/mp4"),
            "avi" => ("avi", VideoFormat.Avi, "video/x-msvideo"),
            "mov" => ("mov", VideoFormat.Mov, "video/quicktime"),
            "mkv" => ("mkv", VideoFormat.Mkv, "video/x-matroska"),
            _ => null,
        };

    // Only its last part: where it is saved is the caller's business.
    private static string FileNameOf(string? asked, string extension) =>
        string.IsNullOrWhiteSpace(asked) ? $"video.{extension}" : FileNames.LastSegment(asked).WithoutControls('\ufffd');
}
