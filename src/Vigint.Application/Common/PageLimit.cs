using System.Globalization;

namespace Vigint.Application.Common;

/// <summary>How many of a list one answer holds.</summary>
/// <param name="Usual">When the caller does not say.</param>
/// <param name="Most">The most that may be asked for.</param>
public sealed record PageLimit(int Usual, int Most)
{
    /// <exception cref="Domain.RefusedException">
    /// <see cref="Domain.Refusal.Invalid"/> when it is no number from 1 to <see cref="Most"/>.
    /// </exception>
    public int Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 && limit <= Most
            ? limit
            : throw PageRefusals.UnusableLimit(Most);
    }
}
