using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The committed description of the API, which a contract test holds against the server's.</summary>
internal static class ApiDescription
{
    public static string Path => Repository.At("docs", "openapi.json");
}
