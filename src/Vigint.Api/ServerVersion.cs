using System.Reflection;

namespace Vigint.Api;

/// <summary>Which version of the server this is (<c>Directory.Build.props</c>).</summary>
internal static class ServerVersion
{
    /// <summary>Without what the build appends.</summary>
    public static string Text { get; } =
        typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
