using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigint.Application.Usage;

namespace Vigint.Application.Analysis;

/// <summary>
/// What the use of models costs, in euro. A model that the table does not know is priced as the dearest, for a bill must not run away.
/// </summary>
public sealed partial class ModelPrices(PriceTable table, ILogger<ModelPrices> logger)
{
    private readonly ConcurrentDictionary<string, bool> unknown = new(StringComparer.Ordinal);

    public decimal EuroFor(IEnumerable<ModelUse> uses) => uses.Sum(EuroFor);

    public decimal EuroFor(ModelUse use)
    {
        if (table.Find(use.Model) is { } price)
            return price.For(use);
        if (unknown.TryAdd(use.Model, true))
            UnknownModel(logger, use.Model);
        return table.Dearest.For(use);
    }

    [LoggerMessage(
        1590,
        LogLevel.Warning,
        "The price of {Model} is not known, and counted as the dearest; set MODEL_PRICES_FILE to a table that has it"
    )]
    private static partial void UnknownModel(ILogger logger, string model);
}
