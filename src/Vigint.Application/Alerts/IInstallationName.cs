namespace Vigint.Application.Alerts;

/// <summary>Tells this installation from others over the same database; the same after a restart.</summary>
public interface IInstallationName
{
    /// <summary>Random; made when it is first asked for.</summary>
    string Text { get; }
}
