using System.CommandLine;

namespace Vigint.Cli.Commands;

/// <summary>What <c>migrate</c> and <c>import</c> have in common.</summary>
internal static class MigrationOptions
{
    private const int UsualParallel = 4;
    private const int MostParallel = 64;

    public static Option<int> Parallel { get; } = NewParallel();

    public static Option<double?> ExpirationHours { get; } = NewExpirationHours();

    public static Option<string?> Report { get; } =
        new("--report")
        {
            HelpName = "FILE",
            Description = "Where to write what became of every video, as JSON with its new link; not everybody can read it",
        };

    public static Symbol[] All => [Parallel, ExpirationHours, Report];

    private static Option<int> NewParallel()
    {
        var option = new Option<int>("--parallel")
        {
            HelpName = "N",
            Description = "How many at a time",
            DefaultValueFactory = _ => UsualParallel,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostParallel)
                result.AddError($"--parallel must be a whole number from 1 to {MostParallel}.");
        });
        return option;
    }

    private static Option<double?> NewExpirationHours()
    {
        var option = new Option<double?>("--expiration-hours")
        {
            HelpName = "HOURS",
            Description = "How long the links work of videos of which nobody tells when they end; the server's usual 720 when absent",
        };
        option.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double?>() > 0))
                result.AddError("--expiration-hours must be a number more than 0.");
        });
        return option;
    }
}
