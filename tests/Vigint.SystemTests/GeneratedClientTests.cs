using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>A client in C# that Kiota generates from the committed description of the API.</summary>
public sealed class GeneratedClientTests
{
    [Test]
    public async Task A_generated_client_in_CSharp_stores_a_clip_and_lists_it()
    {
        using var folder = new TemporaryFolder();
        using var serverFolder = new TemporaryFolder();
        await GenerateAsync(folder.At("client"));
        await using var server = await VigintProcess.StartAsync(serverFolder.Path, ("RENDITIONS", "false"));

        var sample = Compile([.. Directory.EnumerateFiles(folder.At("client"), "*.cs", SearchOption.AllDirectories), SampleFile])
            .GetType("KiotaSample")!;
        var said =
            (Task<List<string>>)
                sample
                    .GetMethod("RunAsync")!
                    .Invoke(null, [server.Address.ToString(), VigintProcess.Key, "kiota_1", await Clips.FiveSecondsAsync()])!;

        Assert.That(await said, Is.EqualTo(new[] { "kiota_1 stored", "kiota_1 OriginalOnly" }));
    }

    private static string SampleFile => Repository.At("tests", "Vigint.SystemTests", "Clients", "KiotaSample.cs");

    private static async Task GenerateAsync(string target)
    {
        await RunAsync("tool", "restore");
        await RunAsync(
            "kiota",
            "generate",
            "--language",
            "CSharp",
            "--openapi",
            ApiDescription.Path,
            "--output",
            target,
            "--class-name",
            "VigintClient",
            "--namespace-name",
            "Generated"
        );
    }

    // In the folder of the repository, which has the list of tools.
    private static async Task RunAsync(params string[] arguments)
    {
        var (code, said) = await Shell.RunAsync(
            Repository.At(),
            ["dotnet", .. arguments],
            ("KIOTA_OFFLINE_ENABLED", "true"),
            ("DOTNET_NOLOGO", "true")
        );
        Assert.That(code, Is.Zero, said);
    }

    private static Assembly Compile(IEnumerable<string> files)
    {
        string[] libraries =
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':'),
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.Kiota.*.dll"),
        ];
        var compilation = CSharpCompilation.Create(
            "Generated",
            files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file))),
            libraries.DistinctBy(Path.GetFileName).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        using var program = new MemoryStream();
        Assert.That(compilation.Emit(program).Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error), Is.Empty);
        return Assembly.Load(program.ToArray());
    }
}
