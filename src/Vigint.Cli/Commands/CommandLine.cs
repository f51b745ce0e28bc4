using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Vigint.Api;

namespace Vigint.Cli.Commands;

/// <summary>Everything that can be typed after <c>vigint</c>.</summary>
internal static class CommandLine
{
    public static RootCommand New()
    {
        var root = new RootCommand("Runs a Vigint server from afar, and moves videos to it.")
        {
            MigrateCommand.New(),
            ImportCommand.New(),
            LinkCommands.New(),
            ClientsCommands.New(),
            StorageCommands.New(),
            UsageCommand.New(),
            ReindexCommand.New(),
            DoctorCommand.New(),
        };
        GlobalOptions.AddTo(root);
        root.Options.OfType<VersionOption>().Single().Action = new TellVersion();
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples([
            "export VIGINT_SERVER=https://vigint.example.org VIGINT_KEY=…",
            "vigint migrate links.txt --report moved.json",
            "vigint storage status --json",
            "vigint doctor",
        ]);
        return root;
    }

    private sealed class TellVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"vigint {ServerVersion.Text}");
            return ExitCodes.Done;
        }
    }
}
