using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Vigint.Api.Usage;

/// <summary>Tables for spreadsheets (RFC 4180), with the names of the JSON members as their first line.</summary>
internal static class Csv
{
    private const string MediaType = "text/csv";

    // A name that begins like a formula would be run by the spreadsheet that opens the table.
    private static readonly CsvConfiguration Format = new(CultureInfo.InvariantCulture)
    {
        InjectionOptions = InjectionOptions.Escape,
        NewLine = "\r\n",
    };

    /// <summary>Whether the caller names CSV in <c>Accept</c>, and not JSON before it.</summary>
    public static bool IsWanted(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .Accept.Where(one => one.Quality is null or > 0)
            .OrderByDescending(one => one.Quality ?? 1)
            .FirstOrDefault()
            is { } first
        && first.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    public static async Task WriteAsync<TRow>(HttpResponse response, IEnumerable<TRow> rows, CancellationToken cancellationToken)
    {
        response.ContentType = $"{MediaType}; charset=utf-8";
        await using var text = new StreamWriter(response.Body);
        await using var csv = new CsvWriter(text, Format);
        foreach (var member in typeof(TRow).GetProperties())
            csv.WriteField(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name));
        await csv.NextRecordAsync();
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            csv.WriteRecord(row);
            await csv.NextRecordAsync();
        }
    }
}
