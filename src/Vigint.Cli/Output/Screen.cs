using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Vigint.Domain;

namespace Vigint.Cli.Output;

/// <summary>
/// What the user sees. With <c>--json</c> standard output carries one JSON object and nothing else; sentences about what goes wrong,
/// and progress, go to standard error in any case.
/// </summary>
internal sealed class Screen
{
    // A table that goes into a file or a pipe is not folded at the width of a terminal that is not there.
    private const int WidthWithoutTerminal = 400;

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        MaxDepth = 80,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TextWriter output;
    private readonly bool isJson;
    private readonly IAnsiConsole people;

    public Screen(TextWriter output, TextWriter errors, bool isJson)
    {
        this.output = output;
        this.isJson = isJson;
        people = ConsoleOf(output, Console.IsOutputRedirected);
        Errors = ConsoleOf(errors, Console.IsErrorRedirected);
    }

    /// <summary>Standard error, for progress.</summary>
    public IAnsiConsole Errors { get; }

    /// <summary>Whether somebody watches who could be shown progress.</summary>
    public bool IsWatched => !isJson && !Console.IsErrorRedirected;

    /// <param name="forPeople">Shown unless JSON is wanted.</param>
    public void Show(JsonNode answer, Action<IAnsiConsole> forPeople)
    {
        if (isJson)
            output.WriteLine(answer.ToJsonString(Readable));
        else
            forPeople(people);
    }

    /// <param name="sentences">Shown unless JSON is wanted, each on a line.</param>
    public void Show(JsonNode answer, string sentences) =>
        Show(
            answer,
            console =>
            {
                foreach (var line in sentences.Split('\n'))
                    console.WriteLine(Plain(line));
            }
        );

    /// <summary>Something that should be known and stops nothing.</summary>
    public void Note(string sentence) => Errors.WriteLine(Plain(sentence));

    /// <summary>Asks the person at the terminal.</summary>
    /// <returns>The line that was typed; null where nobody types.</returns>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        Errors.Write($"{Plain(question)} ");
        return await Console.In.ReadLineAsync(cancellationToken);
    }

    public void Failed(CommandFailedException failure)
    {
        Note(failure.Message);
        if (!isJson)
            return;
        try
        {
            output.WriteLine(new JsonObject { ["error"] = failure.Message }.ToJsonString(Readable));
        }
        catch (IOException)
        {
            // The file that it goes into is on a full disk, perhaps for which this very failure is; it was said on standard error.
        }
    }

    /// <summary>Text of others, fit for a terminal: it would obey the control characters in it.</summary>
    public static string Plain(string text) => text.WithoutControls('?');

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
                Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            }
        );
        if (isRedirected)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
