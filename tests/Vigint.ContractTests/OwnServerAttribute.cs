using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Vigint.ContractTests;

/// <summary>
/// Marks what needs more of a server than HTTP; skipped, with the reason, when the contract is held against one elsewhere.
/// </summary>
/// <param name="why">What it needs: the clock, the disk, the log, settings.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
internal sealed class OwnServerAttribute(string why) : NUnitAttribute, IApplyToTest
{
    public const string Category = "OwnServer";

    public void ApplyToTest(Test test)
    {
        test.Properties.Add(PropertyNames.Category, Category);
        if (!ContractTarget.IsElsewhere || test.RunState is RunState.NotRunnable)
            return;
        test.RunState = RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, $"Needs a server of its own ({why}); VIGINT_CONTRACT_URL names another.");
    }
}
