using Microsoft.Extensions.Time.Testing;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §1: whose address a call has that came through proxies. The tests' own is that of the last one, 127.0.0.1.</summary>
[OwnServer("its proxies"), AnyDatabase]
public sealed class ForwardingTests
{
    private const string Caller = "203.0.113.9";
    private const string Forged = "198.51.100.7";
    private const string Edge = "172.68.10.20";
    private const string PlatformsOwn = "10.17.0.4";

    // Elsewhere

    [TestCase("", Caller, "127.0.0.1", TestName = "Nobody_is_believed_who_is_not_trusted")]
    [TestCase("10.0.0.0/8", Caller, "127.0.0.1", TestName = "Another_proxy_being_trusted_changes_nothing")]
    [TestCase("127.0.0.1", Caller, Caller, TestName = "A_trusted_proxy_tells_the_caller")]
    [TestCase("127.0.0.1", $"{Forged}, {Caller}", Caller, TestName = "What_the_caller_says_of_itself_is_not_believed")]
    [TestCase(
        "127.0.0.0/8, 10.0.0.0/8",
        $"{Caller}, {PlatformsOwn}",
        Caller,
        TestName = "Of_two_trusted_proxies_the_first_tells_the_caller"
    )]
    [TestCase(
        "127.0.0.0/8, 10.0.0.0/8",
        $"{Forged}, {Caller}, {PlatformsOwn}",
        Caller,
        TestName = "Before_two_trusted_proxies_the_caller_is_not_believed_either"
    )]
    [TestCase("127.0.0.1", $"{Caller}, {PlatformsOwn}", PlatformsOwn, TestName = "A_second_proxy_that_is_not_trusted_is_the_caller")]
    [TestCase("127.0.0.1", "[2001:db8::9]:4711", "2001:db8::9", TestName = "An_address_of_IPv6_with_a_port_is_understood")]
    [TestCase("127.0.0.1", "nobody", "127.0.0.1", TestName = "What_is_no_address_is_not_believed")]
    public async Task Elsewhere(string trusted, string chain, string address) =>
        Assert.That(await AddressAsync(chain, ("TRUSTED_PROXIES", trusted)), Is.EqualTo(address));

    // On the platform

    [TestCase(Caller, Caller, TestName = "On_the_platform_its_proxy_tells_the_caller")]
    [TestCase($"{Caller}, {Edge}", Caller, TestName = "On_the_platform_the_edge_before_its_proxy_tells_the_caller")]
    [TestCase($"{Caller}, {Edge}, {PlatformsOwn}", Caller, TestName = "On_the_platform_a_proxy_more_changes_nothing")]
    [TestCase($"{Forged}, {Caller}, {Edge}", Caller, TestName = "On_the_platform_what_the_caller_says_of_itself_is_not_believed")]
    [TestCase($"{Edge}, {Caller}, {Edge}", Caller, TestName = "On_the_platform_nobody_passes_for_the_edge")]
    public async Task On_the_platform(string chain, string address) =>
        Assert.That(await AddressAsync(chain, ("RENDER", "true")), Is.EqualTo(address));

    [Test]
    public async Task On_the_platform_further_proxies_can_be_trusted() =>
        Assert.That(await AddressAsync($"{Caller}, {Forged}, {Edge}", ("RENDER", "true"), ("TRUSTED_PROXIES", Forged)), Is.EqualTo(Caller));

    // What hangs on it

    [Test]
    public async Task Wrong_keys_are_held_against_the_address_that_they_came_from()
    {
        var clock = new FakeTimeProvider();
        await using var server = new VigintServer(clock, settings: ("TRUSTED_PROXIES", "127.0.0.1"));
        using var guesser = new VideoApi(server.NewClient("wrong"));
        var flood = Enumerable.Range(0, Application.Clients.WrongKeys.AtOnce + 20).Select(_ => GuessAsync(Caller)).ToList();
        await Task.WhenAny(
            flood.Select(async one => (await one).Status == 429 ? one : await new TaskCompletionSource<Task<Answer>>().Task)
        );

        var same = await GuessAsync($"{Forged}, {Caller}");
        var other = await GuessAsync(Forged);
        await Eventually.RequireAsync(
            "the answers to the wrong keys",
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(flood.TrueForAll(one => one.IsCompleted));
            }
        );

        Assert.That((same.Status, other.Status), Is.EqualTo((429, 401)));

        Task<Answer> GuessAsync(string chain) => guesser.GetAsync("/api/usage", ("X-Forwarded-For", chain));
    }

    [Test]
    public async Task Who_watches_through_a_proxy_is_one_viewer_by_its_own_address()
    {
        await using var server = new VigintServer(settings: ("TRUSTED_PROXIES", "127.0.0.1"));
        using var api = new VideoApi(server.NewClient());
        using var anybody = new VideoApi(server.NewClient(key: null));
        var video = await api.StoreAsync("a", Clips.Fake());

        foreach (var chain in new[] { Caller, $"{Forged}, {Caller}", Forged })
            await anybody.GetAsync(video.Link, ("X-Forwarded-For", chain));

        Assert.That(await AddressesAsync(api, "opened"), Is.EquivalentTo(new[] { Caller, Forged }));
    }

    // Figures without a key

    [TestCase("", "X-Forwarded-For: 203.0.113.9", 401, TestName = "Figures_need_a_key_through_a_proxy_that_is_not_trusted")]
    [TestCase("", "X-Real-IP: 203.0.113.9", 401, TestName = "Figures_need_a_key_however_a_proxy_says_that_it_is_one")]
    [TestCase("", "X-Forwarded-For: 127.0.0.1", 401, TestName = "Figures_need_a_key_even_where_an_allowed_address_is_named")]
    [TestCase("127.0.0.1", "X-Forwarded-For: 203.0.113.9", 401, TestName = "Figures_need_a_key_of_a_caller_who_is_not_allowed")]
    [TestCase(
        "127.0.0.1",
        "X-Forwarded-For: 127.0.0.1, 203.0.113.9",
        401,
        TestName = "Figures_need_a_key_of_a_caller_who_says_that_it_is_another"
    )]
    [TestCase(
        "127.0.0.1",
        "X-Forwarded-For: 127.0.0.1",
        401,
        TestName = "Figures_need_a_key_through_a_proxy_that_passes_on_what_it_is_told"
    )]
    [TestCase(
        "127.0.0.1",
        "X-Real-IP: 203.0.113.9",
        401,
        TestName = "Figures_need_a_key_through_a_trusted_proxy_that_does_not_tell_the_caller"
    )]
    [TestCase("127.0.0.1", "X-Forwarded-For: 192.0.2.5", 200, TestName = "Figures_need_no_key_of_an_allowed_caller_behind_a_trusted_proxy")]
    [TestCase("", "User-Agent: Prometheus", 200, TestName = "Figures_need_no_key_of_an_allowed_caller_without_a_proxy")]
    public async Task Figures(string trusted, string header, int status)
    {
        await using var server = new VigintServer(
            settings: [("TRUSTED_PROXIES", trusted), ("METRICS_ALLOWED_ADDRESSES", "127.0.0.1, 192.0.2.5")]
        );
        using var anybody = new VideoApi(server.NewClient(key: null));
        var parts = header.Split(": ");

        Assert.That((await anybody.GetAsync("/metrics", (parts[0], parts[1]))).Status, Is.EqualTo(status));
    }

    private static async Task<string> AddressAsync(string chain, params (string Name, string Value)[] settings)
    {
        await using var server = new VigintServer(settings: settings);
        using var api = new VideoApi(server.NewClient());
        await api.UploadAsync(UploadForm.Usual("a", Clips.Fake()), ("X-Forwarded-For", chain));
        return (await AddressesAsync(api, "uploaded")).Single();
    }

    private static async Task<IReadOnlyList<string>> AddressesAsync(VideoApi api, string action) =>
        [
            .. (await api.GetAsync("/api/v1/videos/a/audit"))
                .Member("events")!
                .AsArray()
                .Where(one => one!["action"]!.GetValue<string>() == action)
                .Select(one => one!["address"]!.GetValue<string>()),
        ];
}
