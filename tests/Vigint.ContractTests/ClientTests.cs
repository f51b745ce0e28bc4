using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §8, and the client keys of §2.</summary>
[OwnServer("its clients are counted and listed")]
public sealed class ClientTests : AdminFixture
{
    private const string Clients = "/admin/clients";
    private const string Videos = "/api/v1/videos";

    // The administrator's key

    private static readonly string[] Administrators =
    [
        "GET /admin/clients",
        "POST /admin/clients",
        "POST /admin/clients/1/revoke",
        "POST /admin/clients/1/reactivate",
        "DELETE /admin/clients/1",
        "POST /admin/clients/1/keys",
        "POST /admin/clients/1/keys/1/revoke",
        "PUT /admin/clients/1/limits",
        "GET /admin/usage",
    ];

    [TestCaseSource(nameof(Administrators))]
    public async Task Without_the_admin_key_it_is_said_that_one_is_required(string call)
    {
        var answer = await SendAsync(call, ("X-API-Key", VigintServer.Key));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Admin key required")));
    }

    [TestCaseSource(nameof(Administrators))]
    public async Task A_wrong_admin_key_is_said_to_be_invalid(string call)
    {
        var answer = await SendAsync(call, ("X-Admin-Key", "wrong"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid admin key")));
    }

    [TestCaseSource(nameof(Administrators))]
    public async Task A_clients_key_is_no_admin_key(string call)
    {
        var client = await Admin.AddClientAsync();

        var answer = await SendAsync(call, ("X-Admin-Key", client.Key));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid admin key")));
    }

    // Adding

    [Test]
    public async Task A_client_is_added_with_a_key_that_is_shown_once()
    {
        var answer = await Admin.PostAsync(Clients, """{"name":" Épicerie ","email":"epicerie@example.org"}""");
        var list = await Admin.GetAsync(Clients);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(201));
            Assert.That(
                (answer.Member("success")!.GetValue<bool>(), answer.Text("name"), answer.Text("email")),
                Is.EqualTo((true, "Épicerie", "epicerie@example.org"))
            );
            Assert.That(answer.Text("api_key"), Does.Match("^[A-Za-z0-9_-]{43}$"));
            Assert.That(answer.Text("warning"), Is.Not.Empty);
            Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"));
            Assert.That(list.BodyText, Does.Contain("epicerie@example.org").And.Not.Contain(answer.Text("api_key")));
        }
    }

    [Test]
    public async Task The_list_tells_of_each_client_and_its_keys()
    {
        var now = $"{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss}";
        var client = await Admin.AddClientAsync("Listed");

        var answer = await Admin.GetAsync(Clients);

        var listed = answer.Member("clients")!.AsArray().Single(one => one!["id"]!.GetValue<int>() == client.Id)!;
        var key = listed["api_keys"]![0]!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Number("count"), Is.EqualTo(answer.Member("clients")!.AsArray().Count));
            Assert.That((listed["name"]!.GetValue<string>(), listed["created_at"]!.GetValue<string>()), Is.EqualTo(("Listed", now)));
            Assert.That(
                (key["is_active"]!.GetValue<bool>(), key["name"]!.GetValue<string>(), key["created_at"]!.GetValue<string>()),
                Is.EqualTo((true, "default", now))
            );
            Assert.That(key["id"]!.GetValue<int>(), Is.Positive);
        }
    }

    [TestCase("", "name and email required", TestName = "An_empty_body_lacks_both")]
    [TestCase("""{"name":"x"}""", "name and email required", TestName = "Without_an_address_it_is_said_so")]
    [TestCase("""{"email":"x@example.org"}""", "name and email required", TestName = "Without_a_name_it_is_said_so")]
    [TestCase("""{"name":"  ","email":"x@example.org"}""", "name and email required", TestName = "A_blank_name_is_none")]
    [TestCase("""{"name":"x","email":"nobody"}""", "email is not an address", TestName = "A_word_is_no_address")]
    [TestCase("""{"name":"x","email":"a@example.org, b@example.org"}""", "email is not an address", TestName = "Two_addresses_are_none")]
    [TestCase(
        """{"name":"x","email":"Shop <a@example.org>"}""",
        "email is not an address",
        TestName = "A_name_beside_the_address_is_not_accepted"
    )]
    [TestCase(
        """{"name":"x","email":"a@example.org\r\nBcc: b@example.org"}""",
        "email is not an address",
        TestName = "A_line_break_is_no_part_of_an_address"
    )]
    [TestCase("""{"name":"x\ny","email":"a@example.org"}""", "name must be", TestName = "A_line_break_is_no_part_of_a_name")]
    [TestCase("""{"name":7,"email":"a@example.org"}""", "name has the wrong type", TestName = "A_number_is_no_name")]
    public async Task What_cannot_be_a_client_is_refused(string body, string error)
    {
        var before = await Admin.GetAsync(Clients);

        var answer = await Admin.PostAsync(Clients, body);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Error, Does.StartWith(error));
        Assert.That((await Admin.GetAsync(Clients)).Number("count"), Is.EqualTo(before.Number("count")));
    }

    [Test]
    public async Task An_address_in_use_is_refused_whatever_its_case()
    {
        await Admin.PostAsync(Clients, """{"name":"x","email":"taken@example.org"}""");

        var answer = await Admin.PostAsync(Clients, """{"name":"y","email":"TAKEN@Example.org"}""");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "email is already in use by another client")));
    }

    // Revoking, reactivating, rotating

    [Test]
    public async Task A_revoked_client_is_refused_at_the_next_request_and_accepted_again_when_reactivated()
    {
        var made = await Admin.AddClientAsync("Rotating");
        using var shop = ApiOf(made.Key);
        var before = await shop.GetAsync(Videos);

        var revoked = await Admin.PostAsync($"{Clients}/{made.Id}/revoke");
        var whileRevoked = await shop.GetAsync(Videos);
        var reactivated = await Admin.PostAsync($"{Clients}/{made.Id}/reactivate");
        var after = await shop.GetAsync(Videos);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (before.Status, whileRevoked.Status, whileRevoked.Error, after.Status),
                Is.EqualTo((200, 401, "Invalid API key", 200))
            );
            Assert.That(
                (revoked.Status, revoked.Text("client_name"), revoked.Number("client_id"), revoked.Number("revoked_count")),
                Is.EqualTo((200, "Rotating", made.Id, 1))
            );
            Assert.That(
                (reactivated.Status, reactivated.Text("client_name"), reactivated.Number("reactivated_count")),
                Is.EqualTo((200, "Rotating", 1))
            );
            Assert.That(revoked.Text("message") + reactivated.Text("message"), Is.Not.Empty);
        }
    }

    [Test]
    public async Task A_revoked_clients_upload_is_forbidden()
    {
        var made = await Admin.AddClientAsync();
        using var shop = ApiOf(made.Key);
        await Admin.PostAsync($"{Clients}/{made.Id}/revoke");

        var answer = await shop.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid API key")));
    }

    [TestCase("revoke", "revoked_count")]
    [TestCase("reactivate", "reactivated_count")]
    public async Task With_nothing_to_do_the_count_is_zero(string what, string count)
    {
        var made = await Admin.AddClientAsync();
        if (what == "revoke")
            await Admin.PostAsync($"{Clients}/{made.Id}/revoke");

        var answer = await Admin.PostAsync($"{Clients}/{made.Id}/{what}");

        Assert.That((answer.Status, answer.Number(count), answer.Number("client_id")), Is.EqualTo((200, 0, made.Id)));
        Assert.That(answer.Text("client_name") + answer.Text("message"), Is.Not.Empty);
    }

    [TestCase("POST", "revoke", "")]
    [TestCase("POST", "reactivate", "")]
    [TestCase("POST", "keys", "{}")]
    [TestCase("POST", "keys/1/revoke", "")]
    [TestCase("PUT", "limits", "{}")]
    public async Task An_unknown_client_is_not_found(string method, string what, string body)
    {
        var answer =
            method == "PUT" ? await Admin.PutAsync($"{Clients}/777/{what}", body) : await Admin.PostAsync($"{Clients}/777/{what}", body);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, "Client 777 not found")));
    }

    [Test]
    public async Task A_key_is_replaced_without_a_gap()
    {
        var made = await Admin.AddClientAsync();
        var added = await Admin.PostAsync($"{Clients}/{made.Id}/keys", """{"name":"second site"}""");
        using var first = ApiOf(made.Key);
        using var second = ApiOf(added.Text("api_key"));
        var both = ((await first.GetAsync(Videos)).Status, (await second.GetAsync(Videos)).Status);
        var firstId = (await KeysOfAsync(made.Id))[0]!["id"]!.GetValue<int>();

        var revoked = await Admin.PostAsync($"{Clients}/{made.Id}/keys/{firstId}/revoke");

        Assert.That((added.Status, added.Text("name"), both), Is.EqualTo((201, "second site", (200, 200))));
        Assert.That((revoked.Status, revoked.Number("revoked_count")), Is.EqualTo((200, 1)));
        Assert.That(((await first.GetAsync(Videos)).Status, (await second.GetAsync(Videos)).Status), Is.EqualTo((401, 200)));
    }

    [Test]
    public async Task A_key_that_was_revoked_by_itself_stays_so_when_its_client_is_reactivated()
    {
        var made = await Admin.AddClientAsync();
        var keyId = (await KeysOfAsync(made.Id))[0]!["id"]!.GetValue<int>();
        await Admin.PostAsync($"{Clients}/{made.Id}/keys/{keyId}/revoke");

        var reactivated = await Admin.PostAsync($"{Clients}/{made.Id}/reactivate");

        Assert.That(reactivated.Number("reactivated_count"), Is.Zero);
        Assert.That((await KeysOfAsync(made.Id))[0]!["is_active"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public async Task An_unknown_key_of_a_client_is_not_found()
    {
        var one = await Admin.AddClientAsync();
        var other = await Admin.AddClientAsync();
        var othersKey = (await KeysOfAsync(other.Id))[0]!["id"]!.GetValue<int>();

        var answer = await Admin.PostAsync($"{Clients}/{one.Id}/keys/{othersKey}/revoke");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((404, $"Key {othersKey} not found")));
        Assert.That((await KeysOfAsync(other.Id))[0]!["is_active"]!.GetValue<bool>(), Is.True);
    }

    [Test]
    public async Task A_key_that_is_added_to_a_revoked_client_is_refused_until_the_client_is_reactivated()
    {
        var made = await Admin.AddClientAsync();
        await Admin.PostAsync($"{Clients}/{made.Id}/revoke");
        var added = await Admin.PostAsync($"{Clients}/{made.Id}/keys");
        using var shop = ApiOf(added.Text("api_key"));
        var before = await shop.GetAsync(Videos);

        var reactivated = await Admin.PostAsync($"{Clients}/{made.Id}/reactivate");

        Assert.That(
            (before.Status, reactivated.Number("reactivated_count"), (await shop.GetAsync(Videos)).Status),
            Is.EqualTo((401, 2, 200))
        );
    }

    [Test]
    public async Task A_key_is_refused_from_its_end_on()
    {
        var made = await Admin.AddClientAsync();
        var end = Clock.GetUtcNow().AddHours(1);
        var added = await Admin.PostAsync($"{Clients}/{made.Id}/keys", $$"""{"expires_at":"{{end:yyyy-MM-ddTHH:mm:ss}}"}""");
        using var shop = ApiOf(added.Text("api_key"));
        var before = await shop.GetAsync(Videos);

        Clock.Advance(TimeSpan.FromHours(1));

        Assert.That((before.Status, (await shop.GetAsync(Videos)).Status), Is.EqualTo((200, 401)));
        Assert.That((await KeysOfAsync(made.Id))[1]!["is_active"]!.GetValue<bool>(), Is.False);
    }

    [TestCase("\"yesterday\"")]
    [TestCase("\"2020-01-01\"")]
    [TestCase("\"\"")]
    public async Task An_end_that_is_no_time_to_come_is_refused(string end)
    {
        var made = await Admin.AddClientAsync();

        var answer = await Admin.PostAsync($"{Clients}/{made.Id}/keys", $$"""{"expires_at":{{end}}}""");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(await KeysOfAsync(made.Id), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_last_use_of_a_key_is_shown()
    {
        var now = $"{Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss}";
        var made = await Admin.AddClientAsync();
        using var shop = ApiOf(made.Key);
        var before = (await KeysOfAsync(made.Id))[0]!["last_used_at"];

        await shop.GetAsync("/api/usage");
        await shop.GetAsync("/api/usage");

        Assert.That(before, Is.Null);
        Assert.That((await KeysOfAsync(made.Id))[0]!["last_used_at"]!.GetValue<string>(), Is.EqualTo(now));
    }

    // The client itself

    [TestCase("Authorization", "Bearer {0}")]
    [TestCase("X-API-Key", "{0}")]
    public async Task A_clients_key_is_accepted_in_either_header(string name, string value)
    {
        var made = await Admin.AddClientAsync();

        var answer = await Anybody.GetAsync(Videos, (name, value.Replace("{0}", made.Key, StringComparison.Ordinal)));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Client_keys_are_not_kept_where_they_could_be_read()
    {
        var made = await Admin.AddClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Anybody.GetAsync(Videos, ("X-API-Key", made.Key))));

        var files = Directory.EnumerateFiles(Server.Folder.Path, "*", SearchOption.AllDirectories);

        Assert.That(files.Where(file => File.ReadAllText(file).Contains(made.Key, StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("/api/rtsp/streams", "RTSP")]
    [TestCase("/api/rtsp", "RTSP")]
    [TestCase("/api/billing/invoices/7", "Billing")]
    public async Task What_the_old_server_passed_on_is_gone(string path, string word)
    {
        var read = await Anybody.GetAsync(path);
        var written = await Anybody.PostAsync(path, "{}");

        Assert.That((read.Status, written.Status), Is.EqualTo((410, 410)));
        Assert.That(read.Error, Does.StartWith(word));
    }

    private async Task<JsonArray> KeysOfAsync(int clientId)
    {
        var clients = (await Admin.GetAsync(Clients)).Member("clients")!.AsArray();
        return clients.Single(one => one!["id"]!.GetValue<int>() == clientId)!["api_keys"]!.AsArray();
    }

    private VideoApi ApiOf(string key) => new(Server.NewClient(key));

    private Task<Answer> SendAsync(string call, (string Name, string Value) header)
    {
        var parts = call.Split(' ');
        return Anybody.SendAsync(HttpMethod.Parse(parts[0]), parts[1], parts[0] == "GET" ? null : new StringContent("{}"), header);
    }
}
