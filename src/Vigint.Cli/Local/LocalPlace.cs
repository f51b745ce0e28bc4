namespace Vigint.Cli.Local;

/// <summary>Where a server on this machine is at home.</summary>
/// <param name="WorkingFolder">Absolute; has its <c>data</c> and its <c>.env</c>.</param>
/// <param name="SettingsFile">Absolute; settings that whoever starts it puts into its environment; null when there is none.</param>
internal sealed record LocalPlace(string WorkingFolder, string? SettingsFile);
