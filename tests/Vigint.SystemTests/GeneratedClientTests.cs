using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>A client that NSwag makes of the committed description of the API.</summary>
public sealed class GeneratedClientTests
{
    private static string Document => Repository.At("docs", "openapi.json");

    [Test]
    public async Task It_compiles_and_has_a_method_for_every_call()
    {
        using var folder = new TemporaryFolder();
        var code = folder.At("Client.cs");
        await GenerateAsync(code);

        var client = Compile(await File.ReadAllTextAsync(code)).GetTypeByMetadataName("Generated.VigintClient")!;

        var methods = client.GetMembers().OfType<IMethodSymbol>().Select(method => method.Name.ToUpperInvariant()).ToHashSet();
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Document))!;
        var calls = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(call => $"{call.Value!["operationId"]}Async".ToUpperInvariant());
        Assert.That(calls, Is.SubsetOf(methods));
    }

    private static async Task GenerateAsync(string target)
    {
        var program = typeof(GeneratedClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "NSwag").Value!;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            program, "openapi2csclient", $"/input:{Document}", $"/output:{target}", "/namespace:Generated", "/classname:VigintClient", "/jsonLibrary:SystemTextJson",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, string.Concat(said));
    }

    private static CSharpCompilation Compile(string code)
    {
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':').Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Generated", [CSharpSyntaxTree.ParseText(code)], framework, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.That(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error), Is.Empty);
        return compilation;
    }
}
