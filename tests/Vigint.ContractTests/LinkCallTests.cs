using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3: verify, extend, delete, record and info.</summary>
public sealed class LinkCallTests : ContractFixture
{
    // link/verify

    [Test]
    public async Task A_right_token_is_valid()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(), hours: "48");

        var answer = await Anybody.GetAsync(Verify(stored.Id, stored.Token));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Member("valid")!.GetValue<bool>(), Is.True);
            Assert.That(answer.Text("expiration_time"), Is.EqualTo(stored.Expiration));
            Assert.That(answer.Number("remaining_hours"), Is.EqualTo(48).Within(0.05));
        }
    }

    [Test]
    public async Task A_wrong_token_is_not_valid_and_tells_no_time()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Anybody.GetAsync(Verify(stored.Id, "00000000000000000000000000000000"));

        AssertNotValidWithoutTime(answer);
    }

    [Test]
    public async Task An_unknown_id_is_not_valid_and_tells_no_time()
    {
        var answer = await Anybody.GetAsync(Verify("no-such-video", "00000000000000000000000000000000"));

        AssertNotValidWithoutTime(answer);
    }

    [TestCase("a/b", "x", TestName = "An_id_that_cannot_be_is_not_valid")]
    [TestCase("a", "", TestName = "An_empty_token_is_not_valid")]
    public async Task What_cannot_be_is_not_valid(string id, string token)
    {
        var answer = await Anybody.GetAsync(Verify(Uri.EscapeDataString(id), token));

        AssertNotValidWithoutTime(answer);
    }

    [TestCase("", TestName = "To_verify_nothing_is_refused")]
    [TestCase("?video_id=a", TestName = "To_verify_without_a_token_is_refused")]
    [TestCase("?token=a", TestName = "To_verify_without_an_id_is_refused")]
    public async Task Verify_needs_both_parameters(string query)
    {
        var answer = await Anybody.GetAsync($"/api/v1/videos/link/verify{query}");

        Assert.That(answer.Status, Is.EqualTo(400).Or.EqualTo(200), answer.ToString());
        Assert.That(answer.BodyText, Does.Not.Contain("\"valid\":true"));
    }

    [Test]
    public async Task A_wrong_key_does_not_keep_anybody_from_verifying()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Anybody.GetAsync(Verify(stored.Id, stored.Token), ("Authorization", "Bearer wrong"));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    // link/extend

    [Test]
    public async Task An_extension_adds_hours_to_what_is_left()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(), hours: "48");

        var answer = await Api.PostAsync("/api/v1/videos/link/extend", Extension(stored.Id, "24"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(answer.Member("success")!.GetValue<bool>(), Is.True);
            Assert.That(answer.Text("new_expiration"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$").And.Not.EqualTo(stored.Expiration));
            Assert.That(answer.Number("total_hours"), Is.EqualTo(72).Within(0.05));
            Assert.That(answer.Text("private_link"), Does.Contain($"/video/{stored.Id}?token="));
        }
    }

    [Test]
    public async Task The_new_link_of_an_extension_works()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        var extended = await Api.ExtendAsync(stored.Id, 24);

        var played = await Anybody.GetAsync(extended.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Links_given_out_before_an_extension_stay_valid()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        var extended = await Api.ExtendAsync(stored.Id, 24);
        await Api.ExtendAsync(stored.Id, 24);

        var first = await Anybody.GetAsync(stored.Link);
        var second = await Anybody.GetAsync(extended.Link);

        Assert.That((first.Status, second.Status), Is.EqualTo((200, 200)));
    }

    [Test]
    public async Task A_link_given_out_before_an_extension_is_valid_until_the_new_expiration()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        var extended = await Api.ExtendAsync(stored.Id, 24);

        var verified = await Anybody.GetAsync(Verify(stored.Id, stored.Token));

        Assert.That(verified.Text("expiration_time"), Is.EqualTo(extended.Expiration));
    }

    [Test]
    public async Task Part_of_an_hour_can_be_added()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(), hours: "1");

        var answer = await Api.PostAsync("/api/v1/videos/link/extend", Extension(stored.Id, "0.5"));

        Assert.That(answer.Number("total_hours"), Is.EqualTo(1.5).Within(0.05));
    }

    [Test]
    public async Task After_an_extension_the_record_tells_the_new_expiration()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        var extended = await Api.ExtendAsync(stored.Id, 24);

        var record = await Api.GetAsync(Record(stored.Id));

        Assert.That(record.Text("expiration_time"), Is.EqualTo(extended.Expiration));
    }

    [Test]
    public async Task An_unknown_video_cannot_be_extended()
    {
        var answer = await Api.PostAsync("/api/v1/videos/link/extend", Extension("no-such-video", "1"));

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    [TestCase("0", TestName = "No_hours_cannot_be_added")]
    [TestCase("-1", TestName = "Negative_hours_cannot_be_added")]
    [TestCase("9000", TestName = "More_than_a_year_cannot_be_added")]
    [TestCase("1e999", TestName = "Hours_beyond_all_numbers_cannot_be_added")]
    [TestCase("\"5\"", TestName = "Hours_that_are_a_text_cannot_be_added")]
    [TestCase("null", TestName = "Hours_that_are_null_cannot_be_added")]
    [TestCase("true", TestName = "Hours_that_are_a_boolean_cannot_be_added")]
    [TestCase("[1]", TestName = "Hours_that_are_a_list_cannot_be_added")]
    public async Task Hours_that_cannot_be_added_are_refused_by_name(string hours)
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Api.PostAsync("/api/v1/videos/link/extend", Extension(stored.Id, hours));

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("additional_hours"));
    }

    [TestCase("""{"additional_hours":1}""", TestName = "An_extension_of_nothing_is_refused")]
    [TestCase("""{"video_id":7,"additional_hours":1}""", TestName = "An_id_that_is_a_number_is_refused_by_name")]
    [TestCase("""{"video_id":["a"],"additional_hours":1}""", TestName = "An_id_that_is_a_list_is_refused_by_name")]
    [TestCase("", TestName = "An_empty_body_is_an_object_without_an_id")]
    public async Task An_extension_without_a_usable_id_is_refused_by_name(string body)
    {
        var answer = await Api.PostAsync("/api/v1/videos/link/extend", body);

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("video_id"));
    }

    // DELETE

    [Test]
    public async Task A_deleted_video_is_answered_with_204()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Api.DeleteAsync(Upload(stored.Id));

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((204, 0)));
    }

    [Test]
    public async Task A_deleted_video_has_no_record()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        await Api.DeleteAsync(Upload(stored.Id));

        var record = await Api.GetAsync(Record(stored.Id));

        Assert.That(record.Status, Is.EqualTo(404));
    }

    [TestCase("no-such-video", TestName = "What_is_not_there_cannot_be_deleted")]
    [TestCase("..%2F..%2Fetc", TestName = "What_climbs_cannot_be_deleted")]
    public async Task Deleting_what_is_not_there_is_404(string id)
    {
        var answer = await Api.DeleteAsync($"/api/v1/videos/upload/{id}");

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_video_is_deleted_once()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        await Api.DeleteAsync(Upload(stored.Id));

        var answer = await Api.DeleteAsync(Upload(stored.Id));

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    // The record

    [Test]
    public async Task The_record_gives_the_metadata_back_as_they_came()
    {
        var id = NewId();
        var metadata = $$"""
            {"video_id":"{{id}}","upload_timestamp":"2026-10-04T12:00:00.5","expiration_time":"2025-01-01T00:00:00.123456",
             "source":"caméra \"1\" 😀 <b>",
             "type":null,"incident_type":"shoplifting","risk_level":"HIGH","confidence":1.10,
             "frame_count":12345678901234567890,"analysis":"a\nb\u0001",
             "gdpr_compliant":true,"nested":{"list":[1,[2,{"x":[]} ] ],"empty":{} },"vigint":{"owner":"me"},"Video_Id":"other","":1}
            """;
        await Api.UploadAsync(new UploadForm().Metadata(metadata).Video(Clips.Fake()));

        var record = await Api.GetAsync(Record(id));

        Assert.That(JsonNode.DeepEquals(record.Member("metadata"), JsonNode.Parse(metadata)), Is.True, record.BodyText);
    }

    [Test]
    public async Task Numbers_in_the_metadata_are_given_back_as_they_were_written()
    {
        var id = NewId();
        await Api.UploadAsync(
            new UploadForm().Metadata($$"""{"video_id":"{{id}}","a":1.10,"b":12345678901234567890123,"c":1e5}""").Video(Clips.Fake())
        );

        var record = await Api.GetAsync(Record(id));

        Assert.That(
            record.BodyText.Replace(" ", "", StringComparison.Ordinal),
            Does.Contain("\"a\":1.10").And.Contain("\"b\":12345678901234567890123").And.Contain("\"c\":1e5")
        );
    }

    [Test]
    public async Task An_id_that_came_as_a_number_is_given_back_as_a_number()
    {
        var number = Random.Shared.NextInt64(1_000_000_000_000, 9_000_000_000_000);
        await Api.UploadAsync(new UploadForm().Metadata($$"""{"video_id":{{number}}}""").Video(Clips.Fake()));

        var record = await Api.GetAsync(Record($"{number}"));
        await Api.DeleteAsync(Upload($"{number}"));

        Assert.That(record.Member("metadata")!["video_id"]!.GetValue<long>(), Is.EqualTo(number));
    }

    [Test]
    public async Task Metadata_of_64_levels_are_given_back()
    {
        var id = NewId();
        var metadata = $$"""{"video_id":"{{id}}","deep":{{new string('[', 63)}}{{new string(']', 63)}}}""";
        await Api.UploadAsync(new UploadForm().Metadata(metadata).Video(Clips.Fake()));

        var record = await Api.GetAsync(Record(id));

        Assert.That($"{record.Status} {record.BodyText}", Does.StartWith("200 ").And.Contain(new string('[', 63)));
    }

    [Test]
    public async Task The_record_tells_link_and_expiration()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var record = await Api.GetAsync(Record(stored.Id));

        Assert.That(
            (record.Text("video_id"), new Uri(record.Text("private_link")).PathAndQuery, record.Text("expiration_time")),
            Is.EqualTo((stored.Id, stored.Link, stored.Expiration))
        );
    }

    [TestCase("no-such-video", TestName = "An_unknown_video_has_no_record")]
    [TestCase("..%2F..%2Fetc%2Fpasswd", TestName = "An_id_that_climbs_has_no_record")]
    public async Task An_unknown_video_is_not_found(string id)
    {
        var record = await Api.GetAsync($"/api/v1/videos/{id}");

        Assert.That(record.Status, Is.EqualTo(404));
    }

    // Info

    [Test]
    public async Task Info_tells_what_a_link_leads_to()
    {
        var metadata = new JsonObject { ["incident_type"] = "shoplifting", ["risk_level"] = "HIGH" };
        var stored = await Api.StoreAsync(NewId(), Clips.Fake(3 * 1024 * 1024), metadata: metadata);

        var info = await Anybody.GetAsync(Info(stored));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(info.Status, Is.EqualTo(200));
            Assert.That(info.Text("video_id"), Is.EqualTo(stored.Id));
            Assert.That(info.Text("filename"), Is.Not.Empty);
            Assert.That(info.Number("size_mb"), Is.EqualTo(3).Within(0.01));
            Assert.That(info.Text("upload_time"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"));
            Assert.That(info.Text("expiration_time"), Is.EqualTo(stored.Expiration));
            Assert.That(info.Text("incident_type"), Is.EqualTo("shoplifting"));
            Assert.That(info.Text("risk_level"), Is.EqualTo("HIGH"));
            Assert.That(info.Member("available")!.GetValue<bool>(), Is.True);
        }
    }

    [Test]
    public async Task Info_has_all_members_where_the_metadata_lack_them()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var info = await Anybody.GetAsync(Info(stored));

        Assert.That(
            info.Json.AsObject().Select(member => member.Key),
            Is.SupersetOf(
                new[] { "video_id", "filename", "size_mb", "upload_time", "expiration_time", "incident_type", "risk_level", "available" }
            )
        );
    }

    [Test]
    [OwnServer("its disk")]
    public async Task Info_tells_when_the_file_is_not_there()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        File.Delete(Path.Combine(Server.StorageFolder, $"video_{stored.Id}.mp4"));

        var info = await Anybody.GetAsync(Info(stored));

        Assert.That(info.Member("available")!.GetValue<bool>(), Is.False);
    }

    [TestCase("", 401, TestName = "Info_needs_a_token")]
    [TestCase("?token=wrong", 403, TestName = "Info_needs_the_right_token")]
    public async Task Info_is_guarded_like_the_video(string query, int status)
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var info = await Anybody.GetAsync($"/video/{stored.Id}/info{query}");

        Assert.That(info.Status, Is.EqualTo(status));
    }

    // JSON bodies, contract §2

    [TestCase("application/x-www-form-urlencoded", TestName = "JSON_is_read_under_the_type_that_curl_sends")]
    [TestCase("text/plain", TestName = "JSON_is_read_under_the_type_of_a_text")]
    [TestCase("multipart/form-data; boundary=x", TestName = "JSON_is_read_under_the_type_of_a_form")]
    [TestCase("nonsense", TestName = "JSON_is_read_under_a_type_that_is_none")]
    [TestCase(null, TestName = "JSON_is_read_without_a_type")]
    public async Task A_body_is_read_as_JSON_whatever_its_type(string? contentType)
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());

        var answer = await Api.PostAsync("/api/v1/videos/link/extend", Extension(stored.Id, "1"), contentType);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase("[]", TestName = "A_list_is_no_object")]
    [TestCase("null", TestName = "Null_is_no_object")]
    [TestCase("\"text\"", TestName = "A_text_is_no_object")]
    [TestCase("7", TestName = "A_number_is_no_object")]
    [TestCase("{\"video_id\":", TestName = "What_breaks_off_is_no_JSON")]
    [TestCase("video_id=a&additional_hours=1", TestName = "A_form_is_no_JSON")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var answer = await Api.PostAsync("/api/v1/videos/link/extend", body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
    }

    private static string Verify(string id, string token) => $"/api/v1/videos/link/verify?video_id={id}&token={token}";

    private static string Info(StoredVideo stored) => $"/video/{stored.Id}/info?token={stored.Token}";

    private static string Extension(string id, string hours) => $$"""{"video_id":"{{id}}","additional_hours":{{hours}}}""";

    private static void AssertNotValidWithoutTime(Answer answer)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Member("valid")!.GetValue<bool>(), Is.False);
            Assert.That(answer.Member("expiration_time"), Is.Null);
        }
    }
}
