namespace Vigint.Application.Videos;

/// <param name="LongestHours">Longest expiration that may be asked for, in hours from now.</param>
public sealed record RetentionOptions(double LongestHours)
{
    /// <summary>The life of a link when the upload does not say, in hours: thirty days.</summary>
    public const double DefaultHours = 720;
}
