using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Vigint.Cli.Output;

/// <summary>Answers of the server as tables.</summary>
internal static class Tables
{
    private const string Nothing = "–";

    public static Table Of(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        return table;
    }

    /// <summary>A table of names and values without a head.</summary>
    public static Table OfFacts(params (string Name, JsonNode? Value)[] facts)
    {
        var table = Of("", "").HideHeaders();
        foreach (var (name, value) in facts)
            table.Row(name, Cell(value));
        return table;
    }

    /// <param name="cells">As they are; nothing in them is taken for markup.</param>
    public static Table Row(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(Screen.Plain(cell))));

    /// <summary>A value of an answer in words.</summary>
    public static string Cell(JsonNode? value) =>
        value switch
        {
            null => Nothing,
            JsonValue one when one.TryGetValue<string>(out var text) => text,
            JsonValue one when one.TryGetValue<bool>(out var isSo) => isSo ? "yes" : "no",
            JsonValue one when one.TryGetValue<decimal>(out var number) => number.ToString(CultureInfo.InvariantCulture),
            _ => value.ToJsonString(),
        };
}
