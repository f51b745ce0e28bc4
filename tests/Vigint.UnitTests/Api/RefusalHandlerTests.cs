using Vigint.Api.Errors;
using Vigint.Domain;

namespace Vigint.UnitTests.Api;

public sealed class RefusalHandlerTests
{
    [Test]
    public void Every_refusal_has_a_status([Values] Refusal refusal) => Assert.That(RefusalHandler.StatusOf(refusal), Is.InRange(400, 599));

    [Test]
    public void A_refusal_without_a_status_is_noticed() =>
        Assert.That(() => RefusalHandler.StatusOf((Refusal)int.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
}
