using Vigint.Application.Common;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Common;

public sealed class RecordIdTests
{
    [Test]
    public void Ids_of_one_instant_sort_in_the_order_in_which_they_were_made()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => RecordId.Next(A.Noon)).ToList();

        Assert.That(ids, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
    }

    [Test]
    public void A_later_instant_sorts_after_an_earlier_one()
    {
        var later = RecordId.Next(A.Noon.AddMilliseconds(1));

        Assert.That(RecordId.Next(A.Noon), Is.LessThan(later).Using((IComparer<string>)StringComparer.Ordinal));
    }
}
