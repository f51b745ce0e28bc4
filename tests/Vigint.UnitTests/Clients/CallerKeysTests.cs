using Microsoft.Extensions.Time.Testing;
using Moq;
using Vigint.Application.Clients;
using Vigint.Domain.Clients;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Clients;

public sealed class CallerKeysTests
{
    private readonly FakeTimeProvider clock = new(A.Noon);
    private Mock<IClientRecords> records = null!;
    private CallerKeys keys = null!;
    private KnownKey? known;

    [SetUp]
    public void NewKeys()
    {
        known = new KnownKey(A.Client(), ExpiresAt: null);
        records = new Mock<IClientRecords>(MockBehavior.Strict);
        records.Setup(r => r.FindKeyAsync(KeyDigest.Of("key"), It.IsAny<CancellationToken>())).ReturnsAsync(() => known);
        keys = new CallerKeys(new OperatorOptions("operators-secret", "video-stores", null), records.Object, clock);
    }

    [TestCase("operators-secret", ExpectedResult = "operator")]
    [TestCase("video-stores", ExpectedResult = "operator")]
    [TestCase("key", ExpectedResult = "client-a")]
    public async Task<string?> A_key_tells_who_calls(string key) => (await keys.FindAsync(key, default))?.ClientName;

    [TestCase("operators-secret", ExpectedResult = true)]
    [TestCase("video-stores", ExpectedResult = false)]
    [TestCase("key", ExpectedResult = false)]
    public bool The_secret_alone_is_the_administrators(string key) => keys.IsAdministrator(key);

    [Test]
    public async Task A_key_in_use_is_looked_up_once_in_a_while()
    {
        for (var i = 0; i < 10; i++)
            await keys.FindAsync("key", default);

        records.Verify(r => r.FindKeyAsync(It.IsAny<KeyDigest>(), It.IsAny<CancellationToken>()), Times.Once);
    }

    [Test]
    public async Task A_revocation_elsewhere_is_known_within_five_seconds()
    {
        await keys.FindAsync("key", default);
        known = null;
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(await keys.FindAsync("key", default), Is.Null);
    }

    [Test]
    public async Task A_revocation_here_is_known_at_once()
    {
        await keys.FindAsync("key", default);
        known = null;
        await keys.ForgetAfterAsync(Task.FromResult(true));

        Assert.That(await keys.FindAsync("key", default), Is.Null);
    }

    [Test]
    public async Task A_revocation_while_a_key_is_looked_up_is_known_at_the_next_call()
    {
        var answer = new TaskCompletionSource<KnownKey?>();
        records.Setup(r => r.FindKeyAsync(KeyDigest.Of("slow"), It.IsAny<CancellationToken>())).Returns(answer.Task);
        var first = keys.FindAsync("slow", default).AsTask();
        await keys.ForgetAfterAsync(Task.FromResult(true));
        answer.SetResult(known);
        await first;
        records.Setup(r => r.FindKeyAsync(KeyDigest.Of("slow"), It.IsAny<CancellationToken>())).ReturnsAsync((KnownKey?)null);

        Assert.That(await keys.FindAsync("slow", default), Is.Null);
    }

    [Test]
    public async Task After_a_revocation_of_which_nobody_knows_whether_it_succeeded_keys_are_looked_up_again()
    {
        await keys.FindAsync("key", default);
        known = null;
        Assert.That(() => keys.ForgetAfterAsync(Task.FromException<int>(new TimeoutException())), Throws.TypeOf<TimeoutException>());

        Assert.That(await keys.FindAsync("key", default), Is.Null);
    }

    [TestCase("operators-secret", ExpectedResult = true)]
    [TestCase("key", ExpectedResult = true)]
    [TestCase("other", ExpectedResult = false)]
    public async Task<bool> A_key_that_was_right_before_is_familiar(string key)
    {
        await keys.FindAsync("key", default);
        clock.Advance(TimeSpan.FromHours(1));
        return keys.IsFamiliar(key);
    }

    [Test]
    public async Task With_more_keys_than_are_remembered_those_in_use_stay_familiar()
    {
        records.Setup(r => r.FindKeyAsync(It.IsAny<KeyDigest>(), It.IsAny<CancellationToken>())).ReturnsAsync(() => known);
        for (var i = 0; i < 11_000; i++)
        {
            await keys.FindAsync($"key {i}", default);
            await keys.FindAsync("key", default);
        }

        Assert.That(keys.IsFamiliar("key"), Is.True);
    }

    [Test]
    public async Task A_key_ends_at_its_end_although_it_is_in_memory()
    {
        known = new KnownKey(A.Client(), A.Noon.AddSeconds(2));
        var before = await keys.FindAsync("key", default);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(before, Is.Not.Null);
        Assert.That(await keys.FindAsync("key", default), Is.Null);
    }
}
