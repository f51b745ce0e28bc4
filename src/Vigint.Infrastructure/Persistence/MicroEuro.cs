namespace Vigint.Infrastructure.Persistence;

/// <summary>Euros as the databases keep them: whole millionths, which both add up without a rest.</summary>
internal static class MicroEuro
{
    private const decimal PerEuro = 1_000_000;

    public static long Of(decimal euro) => (long)decimal.Round(euro * PerEuro);

    public static long? Of(decimal? euro) => euro is { } known ? Of(known) : null;

    public static decimal ToEuro(long micro) => micro / PerEuro;

    public static decimal? ToEuro(long? micro) => micro / PerEuro;
}
