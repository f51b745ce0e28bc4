using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Domain;
using Vigint.Domain.Media;

namespace Vigint.Application.Media;

/// <summary>Makes a video of pictures when it is the caller's turn.</summary>
public sealed class FrameAssembly(MediaIntake intake, IVideoEncoder encoder, EncoderGate gate)
{
    /// <summary>Pictures that are made into a video in seconds.</summary>
    private const int MostQuickFrames = 250;

    private const string ResultName = "created";

    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="RefusedException">
    /// <see cref="Refusal.Invalid"/> when none of the pictures can be decoded; as <see cref="EncoderGate.EnterAsync"/> and
    /// <see cref="IVideoEncoder"/>.
    /// </exception>
    public Task<AssembledVideo> MakeAsync(Caller caller, FrameSequence sequence, CancellationToken cancellationToken) =>
        InTurnAsync(
            caller,
            RoomTaker.Of(caller),
            sequence.Count <= MostQuickFrames ? Urgency.Quick : Urgency.Interactive,
            target => encoder.AssembleAsync(sequence, target, cancellationToken),
            cancellationToken
        );

    /// <summary>The same without decoding anything, for a caller in a hurry.</summary>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="RefusedException">As <see cref="EncoderGate.EnterAsync"/> and <see cref="IVideoEncoder"/>.</exception>
    public Task<AssembledVideo> WrapAsync(Caller caller, FrameSequence sequence, CancellationToken cancellationToken) =>
        InTurnAsync(
            caller,
            RoomTaker.OfAlert(caller),
            Urgency.Quick,
            async target =>
            {
                await encoder.WrapAsync(sequence, target, cancellationToken);
                return sequence.Count;
            },
            cancellationToken
        );

    private async Task<AssembledVideo> InTurnAsync(
        Caller caller,
        RoomTaker taker,
        Urgency urgency,
        Func<MediaFile, Task<int>> makeAsync,
        CancellationToken cancellationToken
    )
    {
        // In another folder, because the pictures go with the call and the video stays longer.
        var result = await intake.OpenAsync(announcedBytes: null, taker, cancellationToken);
        try
        {
            using var turn = await gate.EnterAsync(caller.Owner, urgency, cancellationToken);
            var frames = await makeAsync(result.Folder.At(ResultName));
            using var video = result.Folder.Open(ResultName) ?? throw MediaRefusals.NoFrames();
            result.CountMade(video.SizeBytes);
            return new AssembledVideo(result, ResultName, video.SizeBytes, frames);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }
}

/// <param name="Name">Of the video in its folder.</param>
/// <param name="Frames">Pictures that became frames.</param>
public sealed record AssembledVideo(ReceivedMedia Media, string Name, long SizeBytes, int Frames);
