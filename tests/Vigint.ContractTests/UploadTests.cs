using System.Security.Cryptography;
using System.Text;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, upload: what is taken and what is answered.</summary>
public sealed class UploadTests : ContractFixture
{
    [Test]
    public async Task An_upload_is_answered_with_the_contracts_members()
    {
        var id = NewId("test_");

        var answer = await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(answer.Member("success")!.GetValue<bool>(), Is.True);
            Assert.That(answer.Text("video_id"), Is.EqualTo(id));
            Assert.That(answer.Text("private_link"), Does.Match($"^https?://[^/]+/video/{id}\\?token=[0-9a-f]{{32}}$"));
            Assert.That(answer.Text("expiration_time"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"));
            Assert.That(answer.Text("message"), Is.EqualTo("Video uploaded successfully"));
        }
    }

    [Test]
    public async Task An_upload_is_answered_as_JSON()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()));

        Assert.That(answer.ContentType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Control_characters_in_a_file_name_are_replaced()
    {
        var id = NewId();
        var form = new UploadForm().Video(Clips.Fake(), "x\"; filename*=UTF-8''a%00b%0A.mp4; y=\"z").Metadata(id, more: null);

        var answer = await Api.UploadAsync(form);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Api.GetAsync($"/api/v1/videos/{id}")).Text("filename"), Is.EqualTo("a\ufffdb\ufffd.mp4"));
    }

    [Test]
    public async Task Size_and_hash_of_what_arrived_are_told()
    {
        var clip = Clips.Fake(5000);

        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), clip));

        Assert.That(
            (answer.Number("size_bytes"), answer.Text("sha256")),
            Is.EqualTo((5000d, Convert.ToHexStringLower(SHA256.HashData(clip))))
        );
    }

    [TestCase("video,metadata,hours", TestName = "The_video_may_come_first")]
    [TestCase("metadata,hours,video", TestName = "The_video_may_come_last")]
    [TestCase("hours,video,metadata", TestName = "The_video_may_come_in_between")]
    [TestCase("other,video,access,metadata,other", TestName = "Parts_that_are_not_known_are_ignored")]
    public async Task Parts_may_come_in_any_order(string order)
    {
        var id = NewId();
        var form = new UploadForm();
        foreach (var part in order.Split(','))
        {
            _ = part switch
            {
                "video" => form.Video(Clips.Fake()),
                "metadata" => form.Metadata(id, more: null),
                "hours" => form.Field("expiration_hours", "48"),
                "access" => form.Field("access_type", "private"),
                _ => form.Field("something", "else"),
            };
        }

        var answer = await Api.UploadAsync(form);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task The_access_type_is_ignored()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()).Field("access_type", "public"));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_body_in_chunks_is_taken()
    {
        var id = NewId();
        var clip = Clips.Fake(300_000);

        var stored = VideoApi.StoredFrom(await Api.UploadAsync(UploadForm.Usual(id, clip), ("Transfer-Encoding", "chunked")));
        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task Bytes_that_look_like_the_forms_boundary_arrive_unchanged()
    {
        byte[] clip =
        [
            .. Clips.Fake(),
            .. Encoding.ASCII.GetBytes($"\r\n--{UploadForm.Boundary[..^1]}\r\n\r\n--\r\n-"),
            .. Clips.Fake(seed: 7),
        ];

        var stored = await Api.StoreAsync(NewId(), clip);
        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Body, Is.EqualTo(clip));
    }

    [Test]
    public async Task Both_headers_carry_the_key_of_an_upload()
    {
        var answer = await Anybody.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake()), ("X-API-Key", ContractTarget.Key));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    // video_id

    [TestCase("a", TestName = "An_id_of_one_character_is_taken")]
    [TestCase("A-Z_a.z-0.9", TestName = "An_id_of_every_kind_of_character_is_taken")]
    [TestCase("-", TestName = "An_id_of_a_hyphen_is_taken")]
    [TestCase("_._", TestName = "An_id_with_a_dot_inside_is_taken")]
    [TestCase("link", TestName = "An_id_that_is_also_a_word_of_the_API_is_taken")]
    [OwnServer("ids that are not random")]
    public async Task Ids_at_the_borders_are_taken(string id)
    {
        var stored = await Api.StoreAsync(id, Clips.Fake());

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task An_id_of_128_characters_is_taken()
    {
        var id = NewId().PadRight(128, 'x');

        var answer = await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake()));
        await Api.DeleteAsync(Upload(id));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase(".hidden", TestName = "An_id_that_begins_with_a_dot_is_refused")]
    [TestCase("..", TestName = "An_id_of_two_dots_is_refused")]
    [TestCase("a/b", TestName = "An_id_with_a_slash_is_refused")]
    [TestCase("../../etc/passwd", TestName = "An_id_that_climbs_is_refused")]
    [TestCase("a\\b", TestName = "An_id_with_a_backslash_is_refused")]
    [TestCase("a b", TestName = "An_id_with_a_space_is_refused")]
    [TestCase(" ", TestName = "An_id_of_a_space_is_refused")]
    [TestCase("a\n", TestName = "An_id_with_a_line_break_is_refused")]
    [TestCase("a\0", TestName = "An_id_with_a_zero_character_is_refused")]
    [TestCase("a%41", TestName = "An_id_with_a_percent_sign_is_refused")]
    [TestCase("é", TestName = "An_id_with_an_accent_is_refused")]
    [TestCase("٣", TestName = "An_id_of_a_foreign_digit_is_refused")]
    [TestCase("a:b", TestName = "An_id_with_a_colon_is_refused")]
    public async Task Ids_outside_the_character_set_are_refused(string id)
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake()));

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("video_id"));
    }

    [Test]
    public async Task An_id_of_129_characters_is_refused()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(new string('x', 129), Clips.Fake()));

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("video_id"));
    }

    [TestCase("1234567890", "1234567890", TestName = "A_whole_number_as_id_is_used_as_its_text")]
    [TestCase("1.50", "1.50", TestName = "A_fraction_as_id_is_used_as_its_text")]
    [TestCase("-7", "-7", TestName = "A_negative_number_as_id_is_used_as_its_text")]
    [TestCase(
        "12345678901234567890123",
        "12345678901234567890123",
        TestName = "A_number_larger_than_any_integer_as_id_is_used_as_its_text"
    )]
    [OwnServer("ids that are not random")]
    public async Task A_number_as_id_is_used_as_its_text(string number, string id)
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata($$"""{"video_id": {{number}}}"""));

        Assert.That((answer.Status, answer.Text("video_id")), Is.EqualTo((200, id)));
    }

    [TestCase("true", TestName = "A_boolean_as_id_is_refused")]
    [TestCase("[\"a\"]", TestName = "A_list_as_id_is_refused")]
    [TestCase("{}", TestName = "An_object_as_id_is_refused")]
    [TestCase("null", TestName = "A_null_as_id_is_refused")]
    [TestCase("\"\"", TestName = "An_empty_id_is_refused")]
    public async Task What_is_no_text_as_id_is_refused(string value)
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata($$"""{"video_id": {{value}}}"""));

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("video_id"));
    }

    // expiration_hours

    [TestCase(null, 720, TestName = "Without_hours_the_link_lives_thirty_days")]
    [TestCase("", 720, TestName = "Empty_hours_count_as_absent")]
    [TestCase("720", 720, TestName = "Hours_are_counted_from_now")]
    [TestCase("0.5", 0.5, TestName = "Hours_may_be_a_fraction")]
    [TestCase("48.0", 48, TestName = "Hours_may_be_written_with_a_fraction")]
    [TestCase("8760", 8760, TestName = "A_year_is_taken")]
    public async Task The_expiration_is_the_hours_from_now(string? hours, double expected)
    {
        var id = NewId();
        var stored = await Api.StoreAsync(id, Clips.Fake(), hours);

        var verified = await Anybody.GetAsync($"/api/v1/videos/link/verify?video_id={id}&token={stored.Token}");

        Assert.That(verified.Number("remaining_hours"), Is.EqualTo(expected).Within(0.05));
    }

    [TestCase("0", TestName = "No_hours_are_refused")]
    [TestCase("-1", TestName = "Negative_hours_are_refused")]
    [TestCase("-0", TestName = "Negative_zero_hours_are_refused")]
    [TestCase("NaN", TestName = "Hours_that_are_not_a_number_are_refused")]
    [TestCase("nan", TestName = "Hours_that_are_not_a_number_in_Pythons_words_are_refused")]
    [TestCase("Infinity", TestName = "Endless_hours_are_refused")]
    [TestCase("inf", TestName = "Endless_hours_in_Pythons_words_are_refused")]
    [TestCase("1e400", TestName = "Hours_beyond_all_numbers_are_refused")]
    [TestCase("8760.001", TestName = "A_little_more_than_a_year_is_refused")]
    [TestCase("1,5", TestName = "Hours_with_a_comma_are_refused")]
    [TestCase("a day", TestName = "Hours_in_words_are_refused")]
    [TestCase("0x10", TestName = "Hexadecimal_hours_are_refused")]
    public async Task Hours_that_cannot_be_used_are_refused(string hours)
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(), hours));

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("expiration_hours"));
    }

    // Retries and replacements

    [Test]
    public async Task The_same_bytes_and_hours_again_are_answered_with_the_stored_link()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(), hours: "48");

        var second = await Api.StoreAsync(id, Clips.Fake(), hours: "48");

        Assert.That(second, Is.EqualTo(first));
    }

    [TestCase(null, "720", TestName = "Absent_hours_are_the_same_as_the_default_written_out")]
    [TestCase("48", "48.0", TestName = "Hours_are_compared_as_numbers")]
    [TestCase("", null, TestName = "Empty_hours_are_the_same_as_absent_ones")]
    public async Task The_same_hours_written_otherwise_are_a_retry(string? hours, string? again)
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(), hours);

        var second = await Api.StoreAsync(id, Clips.Fake(), again);

        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task After_a_retry_the_link_that_is_in_a_mail_still_works()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake());
        await Api.StoreAsync(id, Clips.Fake());

        var played = await Anybody.GetAsync(first.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_same_bytes_with_other_hours_are_a_new_video()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(), hours: "48");
        await Api.StoreAsync(id, Clips.Fake(), hours: "72");

        var answer = await Anybody.GetAsync(first.Link);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task Other_bytes_replace_the_video()
    {
        var id = NewId();
        var other = Clips.Fake(seed: 2);
        await Api.StoreAsync(id, Clips.Fake(seed: 1));

        var second = await Api.StoreAsync(id, other);
        var played = await Anybody.GetAsync(second.Link);

        Assert.That(played.Body, Is.EqualTo(other));
    }

    [Test]
    public async Task The_link_of_a_replaced_video_stops_working()
    {
        var id = NewId();
        var first = await Api.StoreAsync(id, Clips.Fake(seed: 1));
        await Api.StoreAsync(id, Clips.Fake(seed: 2));

        var answer = await Anybody.GetAsync(first.Link);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task Whoever_reads_while_the_video_is_replaced_gets_the_old_one_whole()
    {
        var id = NewId();
        var before = Clips.Fake(32 * 1024 * 1024, seed: 1);
        var first = await Api.StoreAsync(id, before);
        using var reading = await Anybody.OpenAsync(first.Link);

        await Api.StoreAsync(id, Clips.Fake(32 * 1024 * 1024, seed: 2));
        var read = await reading.Content.ReadAsByteArrayAsync();

        Assert.That(read.AsSpan().SequenceEqual(before), Is.True);
    }

    [Test]
    public async Task While_uploads_of_one_id_compete_every_link_gives_its_own_bytes_or_nothing()
    {
        var id = NewId();
        var clips = Enumerable.Range(0, 6).Select(seed => Clips.Fake(200_000, seed)).ToList();

        var mixtures = await Task.WhenAll(
            clips.Select(async clip =>
            {
                var stored = await Api.StoreAsync(id, clip);
                var played = await Anybody.GetAsync(stored.Link);
                return played.Status != 403 && !played.Body.AsSpan().SequenceEqual(clip);
            })
        );

        Assert.That(mixtures, Has.None.True);
    }
}
