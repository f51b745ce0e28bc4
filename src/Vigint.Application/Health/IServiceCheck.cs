namespace Vigint.Application.Health;

/// <summary>One of the things that the server stands on.</summary>
public interface IServiceCheck
{
    /// <summary>Its name in the answer: <c>database</c>, <c>storage</c>, …</summary>
    string Name { get; }

    /// <summary>Without it the server is unhealthy.</summary>
    bool IsVital { get; }

    /// <summary>What the operator should do when it is not up; a sentence.</summary>
    string Advice { get; }

    /// <summary>Does not throw for what it finds; says it.</summary>
    Task<ServiceState> CheckAsync(CancellationToken cancellationToken);
}

/// <param name="Text">What the answer says: <c>up</c>, or in a few words what is wrong. No path, no secret.</param>
/// <param name="Version">Of a program that is there; null where there is none to tell.</param>
public sealed record ServiceState(bool IsUp, string Text, string? Version = null)
{
    public static ServiceState Up { get; } = new(true, "up");
}
