using Vigint.Application.Clients;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

[TestFixture(typeof(OnSqlite))]
[TestFixture(typeof(OnPostgres))]
public sealed class ClientRecordsTests<TDatabase> : OnEachDatabase<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private ClientRecords records = null!;

    [SetUp]
    public void OpenRecords() => records = new ClientRecords(Database);

    [Test]
    public async Task A_client_is_found_as_it_was_added()
    {
        var id = await AddAsync("Épicerie 42", "Shop@Example.org", "key-1");

        var found = (await records.FindAsync(id, default))!;

        Assert.That(
            (found.Name, found.Email.Text, found.CreatedAt, found.Limits),
            Is.EqualTo(("Épicerie 42", "Shop@Example.org", A.Noon, ClientLimits.None))
        );
        Assert.That(found.Keys.Single(), Is.EqualTo(new ClientKey(1, "default", A.Noon, null, null, IsSuspended: false, IsRevoked: false)));
    }

    [Test]
    public async Task Clients_are_numbered_from_one()
    {
        await AddAsync("a", "a@example.org", "key-1");
        await AddAsync("b", "b@example.org", "key-2");

        var clients = await records.ListAsync(default);

        Assert.That(clients.Select(client => (client.Id, client.Keys.Single().Id)), Is.EqualTo(new[] { (1, 1), (2, 2) }));
    }

    [Test]
    public async Task An_address_in_other_case_is_in_use()
    {
        await AddAsync("a", "shop@example.org", "key-1");

        Assert.That(
            () => AddAsync("b", "SHOP@example.org", "key-2"),
            Throws.TypeOf<RefusedException>().With.Message.Contains("already in use")
        );

        Assert.That(await records.ListAsync(default), Has.Count.EqualTo(1));
        Assert.That(await records.FindKeyAsync(KeyDigest.Of("key-2"), default), Is.Null);
    }

    [Test]
    public async Task The_same_client_again_after_a_broken_answer_is_the_same()
    {
        var client = new NewClient("owner-1", "a", EmailAddress.Parse("a@example.org"), A.Noon);
        var first = await records.AddAsync(client, KeyOf("key-1"), default);

        var again = await records.AddAsync(client, KeyOf("key-1"), default);

        Assert.That(again, Is.EqualTo(first));
        Assert.That((await records.FindAsync(first, default))!.Keys, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Clients_added_at_the_same_moment_get_numbers_of_their_own()
    {
        var ids = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => AddAsync($"c{i}", $"c{i}@example.org", $"key-{i}")))
        );

        Assert.That(ids.Order(), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    [Test]
    public async Task A_key_tells_its_client()
    {
        var id = await AddAsync("a", "a@example.org", "key-1");
        await records.SetLimitsAsync(id, new ClientLimits(60, 1L << 40, 12.5m), default);

        var known = (await records.FindKeyAsync(KeyDigest.Of("key-1"), default))!;

        Assert.That(
            (known.Caller.ClientId, known.Caller.ClientName, known.Caller.Email, known.Caller.KeyId),
            Is.EqualTo((id, "a", "a@example.org", 1))
        );
        Assert.That(known.Caller.Limits, Is.EqualTo(new ClientLimits(60, 1L << 40, 12.5m)));
    }

    [Test]
    public async Task Suspended_keys_are_nobodys_until_they_are_resumed()
    {
        var id = await AddAsync("a", "a@example.org", "key-1");
        await records.AddKeyAsync(id, KeyOf("key-2"), default);

        var suspended = await records.SuspendKeysAsync(id, A.Noon, default);
        var whileSuspended = await records.FindKeyAsync(KeyDigest.Of("key-1"), default);
        var digests = await records.DigestsAsync(default);
        var resumed = await records.ResumeKeysAsync(id, default);

        Assert.That((suspended, whileSuspended, resumed), Is.EqualTo((2, (KnownKey?)null, 2)));
        Assert.That(digests, Is.Empty);
        Assert.That(await records.DigestsAsync(default), Is.EquivalentTo(new[] { KeyDigest.Of("key-1"), KeyDigest.Of("key-2") }));
        Assert.That(await records.FindKeyAsync(KeyDigest.Of("key-1"), default), Is.Not.Null);
    }

    [Test]
    public async Task A_revoked_key_is_not_resumed_with_the_others()
    {
        var id = await AddAsync("a", "a@example.org", "key-1");
        var second = await records.AddKeyAsync(id, KeyOf("key-2"), default);
        await records.RevokeKeyAsync(id, second!.Value, A.Noon, default);
        await records.SuspendKeysAsync(id, A.Noon, default);

        var resumed = await records.ResumeKeysAsync(id, default);

        Assert.That(resumed, Is.EqualTo(1));
        Assert.That(await records.FindKeyAsync(KeyDigest.Of("key-2"), default), Is.Null);
    }

    [Test]
    public async Task A_key_is_revoked_once_and_by_its_own_client_only()
    {
        var id = await AddAsync("a", "a@example.org", "key-1");

        Assert.That(await records.RevokeKeyAsync(id + 1, 1, A.Noon, default), Is.False);
        Assert.That(await records.RevokeKeyAsync(id, 1, A.Noon, default), Is.True);
        Assert.That(await records.RevokeKeyAsync(id, 1, A.Noon, default), Is.False);
    }

    [Test]
    public async Task An_unknown_client_gets_no_key_and_no_limits()
    {
        Assert.That(await records.AddKeyAsync(7, KeyOf("key-1"), default), Is.Null);
        Assert.That(await records.SetLimitsAsync(7, ClientLimits.None, default), Is.False);
        Assert.That(await records.FindAsync(7, default), Is.Null);
    }

    [Test]
    public async Task The_last_use_never_goes_back()
    {
        var id = await AddAsync("a", "a@example.org", "key-1");
        await records.NoteUseAsync(new Dictionary<int, DateTimeOffset> { [1] = A.Noon.AddHours(1) }, default);

        await records.NoteUseAsync(new Dictionary<int, DateTimeOffset> { [1] = A.Noon }, default);

        Assert.That((await records.FindAsync(id, default))!.Keys.Single().LastUsedAt, Is.EqualTo(A.Noon.AddHours(1)));
    }

    private Task<int> AddAsync(string name, string email, string key) =>
        records.AddAsync(new NewClient($"owner-of-{email}", name, EmailAddress.Parse(email), A.Noon), KeyOf(key), default);

    private static NewKey KeyOf(string key) => new(KeyDigest.Of(key), "default", A.Noon, ExpiresAt: null);
}
