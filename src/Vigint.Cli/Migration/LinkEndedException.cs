namespace Vigint.Cli.Migration;

/// <summary>The old server says that the link of a video has ended: the video is nobody's to see any more.</summary>
internal sealed class LinkEndedException() : CommandFailedException("Its link has ended.", ExitCodes.NotDone);
