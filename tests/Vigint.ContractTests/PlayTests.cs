using System.Globalization;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, GET and HEAD /video/{video_id}.</summary>
public sealed class PlayTests : ContractFixture
{
    private const int Size = 10_000;
    private const string Html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private readonly byte[] clip = Clips.Fake(Size, seed: 3);
    private StoredVideo stored = null!;

    [SetUp]
    public async Task StoreAClip() => stored = await Api.StoreAsync(NewId(), clip);

    [Test]
    public async Task A_link_gives_the_bytes_as_uploaded()
    {
        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Body, Is.EqualTo(clip));
    }

    [TestCase("Content-Type", "video/mp4")]
    [TestCase("Content-Length", "10000")]
    [TestCase("Accept-Ranges", "bytes")]
    [TestCase("Cache-Control", "private")]
    [TestCase("X-Content-Type-Options", "nosniff")]
    [TestCase("Referrer-Policy", "no-referrer")]
    [TestCase("Set-Cookie", null)]
    [TestCase("Access-Control-Allow-Origin", null)]
    [TestCase("Content-Range", null)]
    public async Task A_played_video_has_the_contracts_headers(string name, string? value)
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Origin", "https://elsewhere.example"));

        Assert.That(answer.Header(name), Is.EqualTo(value));
    }

    [Test]
    public async Task A_played_video_is_shown_and_not_saved()
    {
        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Header("Content-Disposition"), Does.StartWith("inline"));
    }

    [Test]
    public async Task A_played_video_has_a_strong_ETag()
    {
        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Header("ETag"), Does.Match("^\"[^\"]+\"$"));
    }

    [Test]
    public async Task A_played_video_has_a_time_of_its_last_change()
    {
        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(
            DateTimeOffset.TryParseExact(answer.Header("Last-Modified"), "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            Is.True
        );
    }

    [Test]
    public async Task HEAD_gives_the_headers_of_GET_and_no_body()
    {
        var get = await Anybody.GetAsync(stored.Link);
        var head = await Anybody.HeadAsync(stored.Link);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((head.Status, head.Body.Length), Is.EqualTo((200, 0)));
            Assert.That(Kept(head), Is.EqualTo(Kept(get)));
        }

        static List<string> Kept(Answer answer) =>
            [
                .. answer
                    .Headers.Where(one => one.Key.ToUpperInvariant() is not ("DATE" or "X-REQUEST-ID"))
                    .Select(one => $"{one.Key}: {one.Value}")
                    .Order(),
            ];
    }

    // Ranges

    [TestCase("bytes=0-99", 0, 99, TestName = "The_first_bytes")]
    [TestCase("bytes=100-199", 100, 199, TestName = "Bytes_from_the_middle")]
    [TestCase("bytes=0-0", 0, 0, TestName = "The_first_byte")]
    [TestCase("bytes=9999-9999", 9999, 9999, TestName = "The_last_byte")]
    [TestCase("bytes=9000-", 9000, 9999, TestName = "From_a_byte_to_the_end")]
    [TestCase("bytes=0-", 0, 9999, TestName = "From_the_beginning_to_the_end")]
    [TestCase("bytes=-500", 9500, 9999, TestName = "The_last_bytes")]
    [TestCase("bytes=-20000", 0, 9999, TestName = "More_last_bytes_than_there_are")]
    [TestCase("bytes=9990-20000", 9990, 9999, TestName = "A_range_that_reaches_beyond_the_end")]
    public async Task A_range_is_answered_with_its_bytes(string range, int from, int to)
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Range", range));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(206));
            Assert.That(answer.Header("Content-Range"), Is.EqualTo($"bytes {from}-{to}/{Size}"));
            Assert.That(answer.Header("Content-Length"), Is.EqualTo((to - from + 1).ToString(CultureInfo.InvariantCulture)));
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("video/mp4"));
            Assert.That(answer.Body, Is.EqualTo(clip[from..(to + 1)]));
        }
    }

    [TestCase("bytes=10000-", TestName = "A_range_behind_the_end_cannot_be_satisfied")]
    [TestCase("bytes=20000-30000", TestName = "A_range_far_behind_the_end_cannot_be_satisfied")]
    [TestCase("bytes=-0", TestName = "The_last_no_bytes_cannot_be_satisfied")]
    public async Task A_range_outside_the_video_cannot_be_satisfied(string range)
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Range", range));

        Assert.That((answer.Status, answer.Header("Content-Range")), Is.EqualTo((416, $"bytes */{Size}")));
    }

    [TestCase("bytes=0-1,5-6", TestName = "Several_ranges_give_the_whole_video")]
    [TestCase("bytes=0-1, 20000-30000", TestName = "Several_ranges_one_of_them_outside_give_the_whole_video")]
    [TestCase("bytes=5-1", TestName = "A_range_that_ends_before_it_begins_is_ignored")]
    [TestCase("bytes=abc", TestName = "A_range_that_is_none_is_ignored")]
    [TestCase("lines=0-1", TestName = "A_range_of_another_unit_is_ignored")]
    public async Task Ranges_that_do_not_apply_give_the_whole_video(string range)
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Range", range));

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, Size)));
    }

    [Test]
    public async Task A_range_if_the_video_is_still_the_same_is_given()
    {
        var tag = (await Anybody.GetAsync(stored.Link)).Header("ETag")!;

        var answer = await Anybody.GetAsync(stored.Link, ("Range", "bytes=0-9"), ("If-Range", tag));

        Assert.That(answer.Status, Is.EqualTo(206));
    }

    [Test]
    public async Task A_range_if_the_video_has_not_changed_since_is_given()
    {
        var modified = (await Anybody.GetAsync(stored.Link)).Header("Last-Modified")!;

        var answer = await Anybody.GetAsync(stored.Link, ("Range", "bytes=0-9"), ("If-Range", modified));

        Assert.That(answer.Status, Is.EqualTo(206));
    }

    [TestCase("\"another\"", TestName = "A_range_of_another_tag_gives_the_whole_video")]
    [TestCase("Thu, 01 Jan 2015 00:00:00 GMT", TestName = "A_range_of_another_time_gives_the_whole_video")]
    public async Task A_range_of_another_video_gives_the_whole_one(string condition)
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Range", "bytes=0-9"), ("If-Range", condition));

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, Size)));
    }

    // Validators

    [TestCase("{0}", TestName = "The_same_tag_is_not_sent_again")]
    [TestCase("W/{0}", TestName = "The_same_tag_compared_weakly_is_not_sent_again")]
    [TestCase("\"another\", {0}", TestName = "One_of_several_tags_is_not_sent_again")]
    [TestCase("*", TestName = "Any_tag_is_not_sent_again")]
    public async Task An_unchanged_video_is_not_sent_again(string condition)
    {
        var tag = (await Anybody.GetAsync(stored.Link)).Header("ETag")!;

        var answer = await Anybody.GetAsync(stored.Link, ("If-None-Match", string.Format(CultureInfo.InvariantCulture, condition, tag)));

        Assert.That((answer.Status, answer.Body.Length, answer.Header("ETag")), Is.EqualTo((304, 0, tag)));
    }

    [Test]
    public async Task Another_tag_is_sent_the_video()
    {
        var answer = await Anybody.GetAsync(stored.Link, ("If-None-Match", "\"another\""));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_video_not_modified_since_is_not_sent_again()
    {
        var modified = (await Anybody.GetAsync(stored.Link)).Header("Last-Modified")!;

        var answer = await Anybody.GetAsync(stored.Link, ("If-Modified-Since", modified));

        Assert.That(answer.Status, Is.EqualTo(304));
    }

    [Test]
    public async Task The_tag_goes_before_the_time()
    {
        var modified = (await Anybody.GetAsync(stored.Link)).Header("Last-Modified")!;

        var answer = await Anybody.GetAsync(stored.Link, ("If-Modified-Since", modified), ("If-None-Match", "\"another\""));

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase("If-Match", "\"another\"", TestName = "A_condition_of_another_tag_fails")]
    [TestCase("If-Unmodified-Since", "Thu, 01 Jan 2015 00:00:00 GMT", TestName = "A_condition_of_an_earlier_time_fails")]
    public async Task A_condition_that_does_not_hold_fails(string name, string value)
    {
        var answer = await Anybody.GetAsync(stored.Link, (name, value));

        Assert.That(answer.Status, Is.EqualTo(412));
    }

    [Test]
    public async Task Another_video_has_another_tag()
    {
        var before = (await Anybody.GetAsync(stored.Link)).Header("ETag");
        var replaced = await Api.StoreAsync(stored.Id, Clips.Fake(Size, seed: 4));

        var after = (await Anybody.GetAsync(replaced.Link)).Header("ETag");

        Assert.That(after, Is.Not.EqualTo(before));
    }

    // Links that do not open

    [TestCase("", TestName = "Without_a_token")]
    [TestCase("?token=", TestName = "With_an_empty_token")]
    [TestCase("?tok=abc", TestName = "With_another_parameter")]
    public async Task Without_a_token_it_is_401(string query)
    {
        var answer = await Anybody.GetAsync($"/video/{stored.Id}{query}");

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    [TestCase("00000000000000000000000000000000", TestName = "A_token_of_zeros_is_invalid")]
    [TestCase("abc", TestName = "A_token_that_is_too_short_is_invalid")]
    [TestCase("%C3%A9", TestName = "A_token_that_is_no_ASCII_is_invalid")]
    [TestCase("%00", TestName = "A_token_of_a_zero_character_is_invalid")]
    public async Task A_wrong_token_is_invalid(string token)
    {
        var answer = await Anybody.GetAsync($"/video/{stored.Id}?token={token}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task A_token_with_something_behind_it_is_invalid()
    {
        var answer = await Anybody.GetAsync(stored.Link + "0");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [Test]
    public async Task The_token_of_another_video_is_invalid()
    {
        var other = await Api.StoreAsync(NewId(), clip);

        var answer = await Anybody.GetAsync($"/video/{stored.Id}?token={other.Token}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Invalid token")));
    }

    [TestCase("no-such-video", TestName = "An_unknown_video_is_not_found")]
    [TestCase("..%2F..%2Fetc%2Fpasswd", TestName = "An_id_that_climbs_is_not_found")]
    [TestCase("caf%C3%A9", TestName = "A_foreign_id_is_not_found")]
    public async Task An_unknown_video_is_not_found_with_403(string id)
    {
        var answer = await Anybody.GetAsync($"/video/{id}?token={stored.Token}");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Video not found")));
    }

    [Test]
    public async Task A_deleted_video_is_not_found_with_403()
    {
        await Api.DeleteAsync(Upload(stored.Id));

        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((403, "Video not found")));
    }

    [Test]
    public async Task A_key_does_not_open_what_a_token_opens()
    {
        var answer = await Api.GetAsync($"/video/{stored.Id}");

        Assert.That(answer.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task HEAD_of_a_wrong_link_has_its_status_and_no_body()
    {
        var answer = await Anybody.HeadAsync($"/video/{stored.Id}?token=wrong");

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((403, 0)));
    }

    [Test]
    [OwnServer("its disk")]
    public async Task It_is_404_only_when_the_record_exists_and_the_file_does_not()
    {
        File.Delete(Path.Combine(Server.StorageFolder, $"video_{stored.Id}.mp4"));

        var answer = await Anybody.GetAsync(stored.Link);

        Assert.That(answer.Status, Is.EqualTo(404));
    }

    // Pages for people

    [TestCase(Html, "text/html", TestName = "A_browser_gets_a_page")]
    [TestCase("text/html", "text/html", TestName = "Who_asks_for_a_page_alone_gets_one")]
    [TestCase("application/json;q=0.5, text/html", "text/html", TestName = "Who_prefers_a_page_gets_one")]
    [TestCase("text/html;q=0.5, application/json", "application/problem+json", TestName = "Who_prefers_JSON_gets_JSON")]
    [TestCase("application/json", "application/problem+json", TestName = "Who_asks_for_JSON_gets_JSON")]
    [TestCase("*/*", "application/problem+json", TestName = "Who_takes_anything_gets_JSON")]
    [TestCase("video/mp4", "application/problem+json", TestName = "Who_asks_for_a_video_gets_JSON")]
    [TestCase("text/html;q=0", "application/problem+json", TestName = "Who_refuses_pages_gets_JSON")]
    [TestCase(null, "application/problem+json", TestName = "Who_asks_for_nothing_gets_JSON")]
    public async Task An_error_is_a_page_where_pages_are_preferred(string? accept, string contentType)
    {
        (string, string)[] headers = accept is null ? [] : [("Accept", accept)];

        var answer = await Anybody.GetAsync($"/video/{stored.Id}?token=wrong", headers);

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((403, contentType)));
    }

    [TestCase(
        "?token=wrong",
        "en",
        403,
        "This link does not work",
        "Ask the person or shop that sent you this link",
        TestName = "A_page_says_that_the_link_is_wrong"
    )]
    [TestCase(
        "?token=wrong",
        "fr",
        403,
        "Ce lien ne fonctionne pas",
        "Demandez à la personne ou au magasin qui vous a envoyé ce lien",
        TestName = "A_page_says_in_French_that_the_link_is_wrong"
    )]
    [TestCase(
        "",
        "en",
        401,
        "This link is incomplete",
        "ask the person or shop that sent you this link",
        TestName = "A_page_says_that_the_link_is_incomplete"
    )]
    [TestCase(
        "",
        "fr",
        401,
        "Ce lien est incomplet",
        "demandez à la personne ou au magasin qui vous a envoyé ce lien",
        TestName = "A_page_says_in_French_that_the_link_is_incomplete"
    )]
    public async Task A_page_says_what_happened_and_whom_to_ask(string query, string language, int status, string what, string whom)
    {
        foreach (var address in new[] { $"/video/{stored.Id}{query}", $"/video/{stored.Id}/info{query}" })
        {
            var answer = await Anybody.GetAsync(address, ("Accept", Html), ("Accept-Language", language));

            Assert.That(
                $"{answer.Status} {System.Net.WebUtility.HtmlDecode(answer.BodyText)}",
                Does.StartWith($"{status} ").And.Contain($"<h1>{what}</h1>").And.Contain(whom).And.Not.Contain("oken")
            );
        }
    }

    [TestCase("?token=wrong", 403, TestName = "A_page_about_nothing_says_whom_to_ask")]
    public async Task A_page_about_a_video_that_is_not_there_says_that_it_may_be_over(string query, int status)
    {
        var answer = await Anybody.GetAsync($"/video/never_there{query}", ("Accept", Html));

        Assert.That(
            $"{answer.Status} {answer.BodyText}",
            Does.StartWith($"{status} ")
                .And.Contain("<h1>This video is no longer available</h1>")
                .And.Contain("sk the person or shop that sent you this link")
        );
    }

    [TestCase("fr", "fr")]
    [TestCase("fr-CA, en;q=0.9", "fr")]
    [TestCase("FR", "fr")]
    [TestCase("en-GB, fr;q=0.5", "en")]
    [TestCase("de, fr;q=0.8, en;q=0.9", "en")]
    [TestCase("de, fr;q=0.3", "fr")]
    [TestCase("de", "en")]
    [TestCase("fr;q=0", "en")]
    [TestCase("frr", "en")]
    [TestCase("*", "en")]
    [TestCase(";;,=q", "en")]
    [TestCase(null, "en")]
    public async Task A_page_is_in_the_readers_language(string? accepted, string language)
    {
        (string, string)[] headers = accepted is null ? [("Accept", Html)] : [("Accept", Html), ("Accept-Language", accepted)];

        var answer = await Anybody.GetAsync($"/video/{stored.Id}?token=wrong", headers);

        Assert.That(answer.BodyText, Does.Contain($"<html lang=\"{language}\">"));
    }

    [Test]
    [OwnServer("its settings")]
    public async Task A_page_for_a_reader_of_another_language_is_in_that_of_the_server()
    {
        await using var server = new VigintServer(settings: ("ALERT_LANGUAGE", "fr"));
        using var anybody = new VideoApi(server.NewClient(key: null));

        var answer = await anybody.GetAsync("/video/never_there?token=wrong", ("Accept", Html), ("Accept-Language", "de"));

        Assert.That(
            System.Net.WebUtility.HtmlDecode(answer.BodyText),
            Does.Contain("<html lang=\"fr\">").And.Contain("Cette vidéo n’est plus disponible")
        );
    }

    [Test]
    public async Task A_page_does_not_repeat_what_stands_in_the_address()
    {
        var answer = await Anybody.GetAsync(
            "/video/%3Cscript%3Ealert(1)%3C%2Fscript%3E?token=%3Cscript%3Ealert(2)%3C/script%3E",
            ("Accept", Html)
        );

        Assert.That(answer.BodyText, Does.Not.Contain("<script"));
    }

    [Test]
    public async Task A_video_is_a_video_for_browsers_too()
    {
        var answer = await Anybody.GetAsync(stored.Link, ("Accept", Html));

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "video/mp4")));
    }
}
