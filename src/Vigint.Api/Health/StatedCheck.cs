using Vigint.Application.Health;

namespace Vigint.Api.Health;

/// <summary>Something of which the settings alone tell how it stands.</summary>
internal sealed class StatedCheck(string name, string text) : IServiceCheck
{
    public string Name => name;

    public bool IsVital => false;

    public string Advice => "";

    public Task<ServiceState> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new ServiceState(true, text));
}
