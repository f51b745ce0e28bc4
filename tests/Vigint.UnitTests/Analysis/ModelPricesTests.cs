using Microsoft.Extensions.Logging;
using Vigint.Application.Analysis;
using Vigint.Application.Usage;
using Vigint.Infrastructure.Gemini;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Analysis;

public sealed class ModelPricesTests
{
    private const string Table = """
        // What we pay.
        {
          "currency": "EUR",
          "models": {
            "gemini-9": { "input_per_million": 1, "output_per_million": 10 },
            "gemini-9-lite": { "input_per_million": 0.1, "output_per_million": 20 },
          }
        }
        """;

    [TestCase("gemini-9", 2_000_000, 100_000, ExpectedResult = 3.0, TestName = "A_model_is_priced_by_its_name")]
    [TestCase("gemini-9-preview", 2_000_000, 100_000, ExpectedResult = 3.0, TestName = "A_name_stands_for_all_that_begin_with_it")]
    [TestCase("gemini-9-lite-001", 1_000_000, 0, ExpectedResult = 0.1, TestName = "The_longest_name_that_fits_counts")]
    [TestCase("other", 1_000_000, 1_000_000, ExpectedResult = 21.0, TestName = "What_is_not_known_costs_the_most_of_each")]
    [TestCase("gemini-9-lite", 1, 0, ExpectedResult = 0.0000001, TestName = "A_single_token_costs_something")]
    [TestCase("gemini-9", 0, 0, ExpectedResult = 0.0, TestName = "No_tokens_cost_nothing")]
    public double Tokens_are_priced(string model, long input, long output)
    {
        using var log = new LogLines();
        return (double)PricesOf(log).EuroFor(new ModelUse(model, AnalysisStage.Screening, input, output));
    }

    [Test]
    public void Uses_add_up()
    {
        using var log = new LogLines();
        var cost = PricesOf(log)
            .EuroFor([
                new ModelUse("gemini-9-lite", AnalysisStage.Screening, 1_000_000, 0),
                new ModelUse("gemini-9", AnalysisStage.Confirmation, 1_000_000, 0),
            ]);

        Assert.That(cost, Is.EqualTo(1.1m));
    }

    [Test]
    public void A_model_that_is_not_known_is_logged_once()
    {
        using var log = new LogLines();
        var prices = PricesOf(log);
        prices.EuroFor(new ModelUse("other", AnalysisStage.Screening, 1, 1));
        prices.EuroFor(new ModelUse("other", AnalysisStage.Screening, 1, 1));

        Assert.That(log.All, Has.Count.EqualTo(1).And.All.Contains("other"));
    }

    [Test]
    public void The_usual_table_knows_the_usual_models() =>
        Assert.That(
            $"{GeminiOptions.UsualScreeningModels},{GeminiOptions.UsualConfirmationModels}".Split(',').Select(PriceTable.Usual().Find),
            Is.All.Not.Null
        );

    [TestCase("", TestName = "Nothing_is_no_table")]
    [TestCase("null", TestName = "Null_is_no_table")]
    [TestCase("{}", TestName = "An_empty_object_is_no_table")]
    [TestCase(
        """{ "currency": "USD", "models": { "m": { "input_per_million": 1, "output_per_million": 1 } } }""",
        TestName = "Dollars_are_no_euro"
    )]
    [TestCase("""{ "currency": "EUR", "models": {} }""", TestName = "A_table_without_models_is_none")]
    [TestCase("""{ "currency": "EUR", "models": { "m": null } }""", TestName = "A_model_needs_prices")]
    [TestCase("""{ "currency": "EUR", "models": { "m": { "input_per_million": 1 } } }""", TestName = "A_model_needs_both_prices")]
    [TestCase(
        """{ "currency": "EUR", "models": { "m": { "input_per_million": -1, "output_per_million": 1 } } }""",
        TestName = "Nobody_is_paid_for_asking"
    )]
    [TestCase(
        """{ "currency": "EUR", "models": { "m": { "input_per_million": 1, "output_per_million": "1" } } }""",
        TestName = "A_price_is_a_number"
    )]
    public void What_is_no_table_is_refused(string json) => Assert.That(() => PriceTable.Parse(json), Throws.TypeOf<FormatException>());

    private static ModelPrices PricesOf(LogLines log)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        return new ModelPrices(PriceTable.Parse(Table), loggers.CreateLogger<ModelPrices>());
    }
}
