namespace Vigint.Application.Clock;

/// <summary>What the operating system knows about its clock.</summary>
public interface IKernelClock
{
    /// <summary>Whether a time service keeps it right; false also where the system does not say.</summary>
    bool IsSynchronized { get; }

    /// <summary>The same until the machine starts again; null where the system does not say.</summary>
    string? BootId { get; }
}
