using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Vigint.Cli.Commands;

/// <summary>The usual help with examples below it.</summary>
internal sealed class HelpWithExamples(IReadOnlyList<string> examples) : SynchronousCommandLineAction
{
    private readonly HelpAction usual = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        return code;
    }
}
