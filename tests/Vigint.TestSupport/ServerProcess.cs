using System.Net;
using System.Net.Sockets;

namespace Vigint.TestSupport;

/// <summary>The server as its operator starts it.</summary>
public sealed class ServerProcess : ProgramProcess
{
    /// <inheritdoc cref="ProgramProcess(string, string, string[], ValueTuple{string, string}[])"/>
    public ServerProcess(string workingFolder, params (string Name, string Value)[] environment)
        : this(workingFolder, arguments: [], environment) { }

    /// <inheritdoc cref="ProgramProcess(string, string, string[], ValueTuple{string, string}[])"/>
    public ServerProcess(string workingFolder, string[] arguments, params (string Name, string Value)[] environment)
        : base("Vigint.Api.dll", workingFolder, arguments, environment) { }

    /// <inheritdoc cref="ProgramProcess(string[], string, string, string[], ValueTuple{string, string}[])"/>
    public ServerProcess(string[] under, string workingFolder, (string Name, string Value)[] environment)
        : base(under, "Vigint.Api.dll", workingFolder, [], environment) { }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
