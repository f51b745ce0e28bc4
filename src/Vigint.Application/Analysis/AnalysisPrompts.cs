using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Vigint.Application.Usage;
using Vigint.Domain.Analysis;

namespace Vigint.Application.Analysis;

/// <summary>What the models are asked: the files in <c>Analysis/Prompts</c>, one per stage and language.</summary>
public sealed class AnalysisPrompts
{
    private const string Folder = "Vigint.Application.Analysis.Prompts.";

    private readonly string screening;
    private readonly string confirmation;
    private readonly string watchFor;
    private readonly string normal;

    public AnalysisPrompts(Language language)
    {
        var ending = language == Language.French ? "fr" : "en";
        screening = Read($"screening.{ending}.txt");
        confirmation = Read($"confirmation.{ending}.txt");
        watchFor = Read($"watch-for.{ending}.txt");
        normal = Read($"normal.{ending}.txt");
    }

    /// <param name="instructions">
    /// The client's own, which come last and stand in quotation marks: they say what to look at, and not how to answer.
    /// </param>
    public string Of(AnalysisStage stage, AnalysisInstructions instructions)
    {
        var text = new StringBuilder(stage == AnalysisStage.Screening ? screening : confirmation);
        Add(text, watchFor, instructions.WatchFor);
        Add(text, normal, instructions.Normal);
        return text.ToString();
    }

    /// <summary>Differs when anything that is asked does.</summary>
    public string FingerprintOf(AnalysisInstructions instructions) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(Of(AnalysisStage.Screening, instructions) + '\0' + Of(AnalysisStage.Confirmation, instructions))
            )
        );

    private static void Add(StringBuilder text, string before, string? own)
    {
        if (own is not null)
            text.Append("\n\n")
                .Append(before)
                .Append("\n\"\"\"\n")
                .Append(own.Replace("\"\"\"", "'''", StringComparison.Ordinal))
                .Append("\n\"\"\"");
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name)
                ?? throw new InvalidOperationException($"The prompt {name} is missing.")
        );
        return reader.ReadToEnd().TrimEnd();
    }
}
