using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain.Media;

namespace Vigint.Application.Media.CompressVideo;

/// <summary>Makes a clip fit into a size (contract §6, compress).</summary>
/// <param name="Source">Its file <see cref="SourceName"/>; remains the caller's to dispose, with the result in it.</param>
/// <param name="MaxSizeMb">In megabytes of 1,048,576 bytes; null for <see cref="DefaultMaxSizeMb"/>.</param>
/// <param name="QualityReduction">
/// By which the sides of the picture shrink at each step, where they have to; null for <see cref="DefaultQualityReduction"/>.
/// </param>
public sealed record CompressVideoCommand(Caller Caller, ReceivedMedia Source, double? MaxSizeMb, double? QualityReduction)
    : IRequest<CompressedVideo>
{
    public const double DefaultMaxSizeMb = 20;
    public const double DefaultQualityReduction = 0.85;

    /// <summary>What the received clip is called in its folder.</summary>
    public const string SourceName = "source";
}

/// <param name="IsCompressed">False for a clip that was small enough and comes back as it is.</param>
/// <param name="FileName">Of the result, in the folder of the source.</param>
/// <param name="ContentType">Of the result.</param>
public sealed record CompressedVideo(bool IsCompressed, string FileName, string ContentType, long OriginalBytes, long FinalBytes);

internal sealed class CompressVideoValidator : AbstractValidator<CompressVideoCommand>
{
    public CompressVideoValidator()
    {
        RuleFor(c => c.MaxSizeMb).Must(size => size is null or > 0).OrRefuse(() => MediaRefusals.UnusableSize());
        RuleFor(c => c.QualityReduction).Must(factor => factor is null or (> 0 and <= 1)).OrRefuse(() => MediaRefusals.UnusableReduction());
    }
}

internal sealed class CompressVideoHandler(
    IContainerReader containers,
    IVideoProbe probe,
    IVideoEncoder encoder,
    EncoderGate gate,
    ILogger<CompressVideoHandler> logger
) : IRequestHandler<CompressVideoCommand, CompressedVideo>
{
    private const string ResultName = "compressed";
    private const double BytesPerMegabyte = 1024 * 1024;

    public async Task<CompressedVideo> Handle(CompressVideoCommand request, CancellationToken cancellationToken)
    {
        // What is small enough comes back as it is, so that it can be stored; what must shrink has to be decoded.
        var (contentType, originalBytes, _) = ReceivedClip.Of(
            request.Source.Folder,
            CompressVideoCommand.SourceName,
            containers,
            mayLackIndex: true
        );
        var most = (long)Math.Min((request.MaxSizeMb ?? CompressVideoCommand.DefaultMaxSizeMb) * BytesPerMegabyte, long.MaxValue / 2);
        if (originalBytes <= most)
            return new CompressedVideo(false, CompressVideoCommand.SourceName, contentType, originalBytes, originalBytes);

        ReceivedClip.Of(request.Source.Folder, CompressVideoCommand.SourceName, containers);
        var source = request.Source.Folder.At(CompressVideoCommand.SourceName);
        using var turn = await gate.EnterAsync(request.Caller.Owner, Urgency.Interactive, cancellationToken);
        var report = await probe.ReadAsync(source, cancellationToken);
        var duration = report.Duration ?? throw MediaRefusals.CannotBeDecoded();
        var factor = request.QualityReduction ?? CompressVideoCommand.DefaultQualityReduction;
        var form =
            CompressionPlan.For(report, duration, most, factor)
            ?? throw MediaRefusals.CannotBeSmaller(CompressionPlan.SmallestBytes(report, duration, factor));
        var size = await encoder.CompressAsync(
            source,
            report,
            form,
            request.Source.Folder.At(ResultName),
            percent: null,
            cancellationToken
        );
        if (size > most)
            throw MediaRefusals.CannotBeSmaller(size);

        logger.Compressed(request.Caller.ClientName, originalBytes, size, form.Width, form.Height);
        return new CompressedVideo(true, ResultName, "video/mp4", originalBytes, size);
    }
}
