using System.Net;
using System.Net.Http.Headers;
using Vigint.Infrastructure.Gemini;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Gemini;

/// <summary>For how long a host asks to be left alone.</summary>
public sealed class FailureReaderTests
{
    // The host's clock is as good as ours, or better: it is its own date that its date is compared with.
    [TestCase(0)]
    [TestCase(10)]
    [TestCase(-3)]
    public async Task A_date_is_as_far_away_as_the_host_says_whatever_our_clock_was_set_to(int hours)
    {
        using var answer = Busy();
        answer.Headers.Date = A.Noon;

        Assert.That(
            (await FailureReader.ReadAsync(answer, A.Noon.AddHours(hours), default)).RetryAfter,
            Is.EqualTo(TimeSpan.FromSeconds(30))
        );
    }

    [Test]
    public async Task Where_the_host_does_not_say_when_it_is_our_clock_has_to_do()
    {
        using var answer = Busy();

        Assert.That(
            (await FailureReader.ReadAsync(answer, A.Noon.AddSeconds(10), default)).RetryAfter,
            Is.EqualTo(TimeSpan.FromSeconds(20))
        );
    }

    private static HttpResponseMessage Busy()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Content = new StringContent("{}") };
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(A.Noon.AddSeconds(30));
        return answer;
    }
}
