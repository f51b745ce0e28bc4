using System.IO.Pipelines;
using Vigint.Domain;

namespace Vigint.Application.Videos.UploadVideo;

/// <summary>A form as it comes in, part by part, in the order in which the caller sends them.</summary>
public interface IUploadForm
{
    /// <summary>The length of the whole form in bytes; null when the caller does not say.</summary>
    long? AnnouncedBytes { get; }

    /// <summary>The next part; what is left of the one before is skipped. Null after the last.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.Invalid"/> when the form is broken or ends early.</exception>
    ValueTask<UploadPart?> NextAsync(CancellationToken cancellationToken);
}

/// <param name="FileName">Without control characters. Null for a plain field; empty when no file was chosen.</param>
/// <param name="Body">Ends where the part ends; need not be read to its end.</param>
public sealed record UploadPart(string Name, string? FileName, PipeReader Body);
