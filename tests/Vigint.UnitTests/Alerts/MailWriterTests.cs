using System.Diagnostics;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Alerts;

public sealed class MailWriterTests
{
    [Test]
    public void Look()
    {
        foreach (var language in Enum.GetValues<Vigint.Application.Analysis.Language>())
        {
            var w = Stopwatch.StartNew();
            var writer = new Vigint.Application.Alerts.Mails.MailWriter(new(language, TimeZoneInfo.Utc, "h"));
            writer.Write(A.Notice, "a@b.c");
            TestContext.Out.WriteLine($"{w.ElapsedMilliseconds} ms first"); w.Restart();
            for (var i = 0; i < 100; i++) writer.Write(A.Notice, "a@b.c");
            TestContext.Out.WriteLine($"{w.ElapsedMilliseconds} ms for 100");
        }
    }
}
