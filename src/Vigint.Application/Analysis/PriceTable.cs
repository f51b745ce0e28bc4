using System.Text.Json;
using System.Text.Json.Serialization;
using Vigint.Application.Usage;

namespace Vigint.Application.Analysis;

/// <param name="InputPerMillion">Euro for a million tokens of prompt and clip.</param>
/// <param name="OutputPerMillion">Euro for a million tokens of answer and of thoughts before it.</param>
public sealed record ModelPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    public decimal For(ModelUse use) => ((use.InputTokens * InputPerMillion) + (use.OutputTokens * OutputPerMillion)) / 1_000_000;
}

/// <summary>What models cost, from a file that operators can replace (<c>MODEL_PRICES_FILE</c>).</summary>
public sealed class PriceTable
{
    private const string Euro = "EUR";
    private const decimal MostPerMillion = 10_000;
    private const string UsualTable = "Vigint.Application.Analysis.model-prices.json";

    private readonly IReadOnlyList<KeyValuePair<string, ModelPrice>> longestFirst;

    private PriceTable(IReadOnlyDictionary<string, ModelPrice> models)
    {
        longestFirst = [.. models.OrderByDescending(model => model.Key.Length)];
        Dearest = new ModelPrice(models.Values.Max(price => price.InputPerMillion), models.Values.Max(price => price.OutputPerMillion));
    }

    /// <summary>The highest of each price: what no model of the table exceeds.</summary>
    public ModelPrice Dearest { get; }

    /// <summary>The table that is part of the program.</summary>
    public static PriceTable Usual()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream(UsualTable)!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <exception cref="FormatException">It cannot be used; the message says why, in words that fit into a sentence.</exception>
    public static PriceTable Parse(string json)
    {
        var file = Read(json);
        if (file.Currency != Euro)
            throw new FormatException("the currency must be EUR");
        if (file.Models.Count == 0 || file.Models.ContainsKey(""))
            throw new FormatException("there must be models, each with a name");
        foreach (var (name, price) in file.Models)
        {
            if (price is null || !IsPrice(price.InputPerMillion) || !IsPrice(price.OutputPerMillion))
                throw new FormatException($"the prices of {name} must be from 0 to {MostPerMillion}");
        }

        return new PriceTable(file.Models);
    }

    /// <returns>Null when the table does not know it.</returns>
    public ModelPrice? Find(string model)
    {
        foreach (var (name, price) in longestFirst)
        {
            if (model.StartsWith(name, StringComparison.Ordinal))
                return price;
        }

        return null;
    }

    private static PriceFile Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PriceJson.Default.PriceFile) ?? throw new FormatException("it is empty");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {exception.LineNumber + 1} does not fit", exception);
        }
    }

    private static bool IsPrice(decimal euro) => euro is >= 0 and <= MostPerMillion;
}

internal sealed record PriceFile(string Currency, Dictionary<string, ModelPrice> Models);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(PriceFile))]
internal sealed partial class PriceJson : JsonSerializerContext;
