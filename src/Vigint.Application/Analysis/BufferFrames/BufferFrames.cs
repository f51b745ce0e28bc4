using FluentValidation;
using MediatR;
using Vigint.Application.Common;
using Vigint.Application.Media;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis.BufferFrames;

/// <summary>
/// Appends frames to the caller's own buffer, or to that of one of its sources (contract §5, buffers): all of them or none.
/// </summary>
/// <param name="Source">Null for the caller's own buffer.</param>
/// <param name="Frames">Each of them a JPEG; remain the caller's to dispose.</param>
public sealed record BufferFramesCommand(Caller Caller, NamedSource? Source, FrameIntake Frames) : IRequest<BufferedFrames>
{
    /// <summary>In characters, of an id and of a name.</summary>
    public const int LongestSourceText = 128;
}

/// <param name="BufferSize">Frames in the buffer now.</param>
public sealed record BufferedFrames(int BufferSize, DateTimeOffset At);

internal sealed class BufferFramesValidator : AbstractValidator<BufferFramesCommand>
{
    public BufferFramesValidator() =>
        When(
            c => c.Source is not null,
            () =>
            {
                RuleFor(c => c.Source!.Id)
                    .Must(id => id is { Length: > 0 } && IsUsable(id))
                    .OrRefuse(() => BufferRefusals.UnusableSourceId(BufferFramesCommand.LongestSourceText));
                RuleFor(c => c.Source!.Name)
                    .Must(name => name is null || IsUsable(name))
                    .OrRefuse(() => BufferRefusals.UnusableSourceName(BufferFramesCommand.LongestSourceText));
            }
        );

    private static bool IsUsable(string text) => text.Length <= BufferFramesCommand.LongestSourceText && !text.Any(char.IsControl);
}

internal sealed class BufferFramesHandler(FrameBuffers buffers, TimeProvider clock) : IRequestHandler<BufferFramesCommand, BufferedFrames>
{
    public Task<BufferedFrames> Handle(BufferFramesCommand request, CancellationToken cancellationToken) =>
        Task.FromResult(new BufferedFrames(buffers.Append(request.Caller, request.Source, request.Frames), clock.GetUtcNow()));
}
