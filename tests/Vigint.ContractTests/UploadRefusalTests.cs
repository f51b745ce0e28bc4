using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §3, upload: what is refused, and in which words.</summary>
public sealed class UploadRefusalTests : ContractFixture
{
    [Test]
    public async Task Without_a_part_video_there_is_no_video_file_part()
    {
        var answer = await Api.UploadAsync(new UploadForm().Metadata(NewId(), more: null));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video file part")));
    }

    [Test]
    public async Task A_field_named_video_is_no_video_file_part()
    {
        var answer = await Api.UploadAsync(new UploadForm().Field("video", "text").Metadata(NewId(), more: null));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video file part")));
    }

    [Test]
    public async Task A_form_without_parts_has_no_video_file_part()
    {
        var answer = await Api.UploadAsync(new UploadForm());

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video file part")));
    }

    [TestCase("application/json", TestName = "A_JSON_body_has_no_video_file_part")]
    [TestCase("application/x-www-form-urlencoded", TestName = "A_plain_form_has_no_video_file_part")]
    [TestCase(null, TestName = "A_body_of_no_type_has_no_video_file_part")]
    public async Task A_body_that_is_no_multipart_form_has_no_video_file_part(string? contentType)
    {
        var answer = await Api.PostAsync("/api/v1/videos/upload", """{"video_id":"x"}""", contentType);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video file part")));
    }

    [Test]
    public async Task An_empty_body_has_no_video_file_part()
    {
        var answer = await Api.SendAsync(HttpMethod.Post, "/api/v1/videos/upload");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No video file part")));
    }

    [Test]
    public async Task An_empty_file_name_means_that_no_file_was_selected()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video([], fileName: "").Metadata(NewId(), more: null));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "No selected file")));
    }

    [TestCase("not JSON", TestName = "Metadata_that_are_not_JSON_are_invalid")]
    [TestCase("", TestName = "Empty_metadata_are_invalid")]
    [TestCase("[]", TestName = "Metadata_that_are_a_list_are_invalid")]
    [TestCase("\"text\"", TestName = "Metadata_that_are_a_text_are_invalid")]
    [TestCase("null", TestName = "Metadata_that_are_null_are_invalid")]
    [TestCase("{\"video_id\":\"a\"", TestName = "Metadata_that_break_off_are_invalid")]
    [TestCase("{\"video_id\":\"a\"} {}", TestName = "Metadata_of_two_objects_are_invalid")]
    [TestCase("{'video_id':'a'}", TestName = "Metadata_written_as_Python_prints_them_are_invalid")]
    public async Task Metadata_that_are_no_JSON_object_are_invalid(string metadata)
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata(metadata));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "Invalid metadata")));
    }

    [Test]
    public async Task Metadata_without_an_id_are_told_so()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata("""{"source":"camera"}"""));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "video_id missing from metadata")));
    }

    // The contract does not say which of the two it is.
    [Test]
    public async Task Without_metadata_an_upload_is_refused()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()));

        Assert.That(
            (answer.Status, answer.Error),
            Is.EqualTo((400, "video_id missing from metadata")).Or.EqualTo((400, "Invalid metadata"))
        );
    }

    [Test]
    public async Task Metadata_of_a_megabyte_are_taken()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata(MetadataOfBytes(NewId(), 1024 * 1024)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task Metadata_of_more_than_a_megabyte_are_refused()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata(MetadataOfBytes(NewId(), 1024 * 1024 + 1)));

        Assert.That(answer.Status, Is.EqualTo(400).Or.EqualTo(413), answer.ToString());
    }

    [Test]
    public async Task Metadata_of_64_levels_are_taken()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata(MetadataOfLevels(NewId(), 64)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task Metadata_of_65_levels_are_refused()
    {
        var answer = await Api.UploadAsync(new UploadForm().Video(Clips.Fake()).Metadata(MetadataOfLevels(NewId(), 65)));

        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
    }

    [Test]
    public async Task An_empty_file_is_refused()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), []));

        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
    }

    [Test]
    public async Task An_empty_file_stores_nothing()
    {
        var id = NewId();
        await Api.UploadAsync(UploadForm.Usual(id, []));

        var record = await Api.GetAsync(Record(id));

        Assert.That(record.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_empty_file_never_replaces_a_stored_video()
    {
        var id = NewId();
        var clip = Clips.Fake();
        var stored = await Api.StoreAsync(id, clip);
        await Api.UploadAsync(UploadForm.Usual(id, []));

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Body, Is.EqualTo(clip));
    }

    [TestCase(false, TestName = "The_files_own_hash_is_taken")]
    [TestCase(true, TestName = "The_files_own_hash_is_taken_in_upper_case")]
    public async Task A_hash_that_matches_is_taken(bool upper)
    {
        var clip = Clips.Fake();
        var hash = Convert.ToHexStringLower(SHA256.HashData(clip));

        var answer = await Api.UploadAsync(
            UploadForm.Usual(NewId(), clip, metadata: new JsonObject { ["file_hash"] = upper ? hash.ToUpperInvariant() : hash })
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task A_hash_of_other_bytes_is_refused()
    {
        var answer = await Api.UploadAsync(UploadForm.Usual(NewId(), Clips.Fake(), metadata: HashOf(Clips.Fake(seed: 9))));

        Assert.That(answer.Status, Is.EqualTo(422), answer.ToString());
    }

    [Test]
    public async Task A_file_whose_hash_differs_never_replaces_a_stored_video()
    {
        var id = NewId();
        var clip = Clips.Fake(seed: 1);
        var stored = await Api.StoreAsync(id, clip);
        await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake(seed: 2), metadata: HashOf(clip)));

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Body, Is.EqualTo(clip));
    }

    [TestCase("\"abc\"", TestName = "A_hash_that_is_too_short_cannot_be_used")]
    [TestCase(
        "\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"",
        TestName = "A_hash_that_is_not_hexadecimal_cannot_be_used"
    )]
    [TestCase("17", TestName = "A_hash_that_is_a_number_cannot_be_used")]
    public async Task A_hash_that_cannot_be_used_is_refused(string hash)
    {
        var answer = await Api.UploadAsync(
            new UploadForm().Video(Clips.Fake()).Metadata($$"""{"video_id":"{{NewId()}}","file_hash":{{hash}}}""")
        );

        Assert.That($"{answer.Status} {answer.Error}", Does.StartWith("400 ").And.Contain("file_hash"));
    }

    [Test]
    public async Task A_form_that_breaks_off_stores_nothing()
    {
        var id = NewId();
        var bytes = new UploadForm().Metadata(id, more: null).Video(Clips.Fake(20_000)).ToBytes();
        using var content = new ByteArrayContent(bytes[..^5000]);
        content.Headers.TryAddWithoutValidation("Content-Type", UploadForm.ContentType);

        var answer = await Api.SendAsync(HttpMethod.Post, "/api/v1/videos/upload", content);
        var record = await Api.GetAsync(Record(id));

        Assert.That((answer.Status, record.Status), Is.EqualTo((400, 404)));
    }

    [Test]
    public async Task A_caller_who_leaves_in_the_middle_leaves_nothing()
    {
        var id = NewId();
        var bytes = new UploadForm().Metadata(id, more: null).Video(Clips.Fake(500_000)).ToBytes();
        using (var connection = await RawConnection.OpenAsync(Api.Address))
        {
            await connection.SendAsync(
                $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {ContractTarget.Key}\r\nContent-Type: "
                    + $"{UploadForm.ContentType}\r\nContent-Length: {bytes.Length}\r\n\r\n"
            );
            await connection.SendAsync(bytes.AsMemory(0, 300_000));
        }

        var record = await Api.GetAsync(Record(id));

        Assert.That(record.Status, Is.EqualTo(404));
    }

    // Larger than any limit that can be set, so that it holds against every server.
    [Test]
    public async Task A_length_beyond_the_limit_is_refused_before_anything_was_sent()
    {
        using var connection = await RawConnection.OpenAsync(Api.Address);
        await connection.SendAsync(
            $"POST /api/v1/videos/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {ContractTarget.Key}\r\nContent-Type: "
                + $"{UploadForm.ContentType}\r\nContent-Length: 9000000000000\r\n\r\n"
        );

        var (status, _) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(413));
    }

    // An old client searches the text for status numbers and then believes something else.
    [TestCaseSource(nameof(Refused))]
    public async Task The_error_of_an_upload_holds_no_digits(UploadForm form)
    {
        var answer = await Api.UploadAsync(form);

        Assert.That(answer.Error, Is.Not.Empty.And.Not.Match("[0-9]").And.Not.Contain("timeout").And.Not.Contain("Connection error"));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        var clip = Clips.Fake();
        yield return Case("No_digits_without_a_video", new UploadForm().Metadata("a", more: null));
        yield return Case("No_digits_without_a_file_name", new UploadForm().Video([], ""));
        yield return Case("No_digits_for_invalid_metadata", new UploadForm().Video(clip).Metadata("["));
        yield return Case("No_digits_for_metadata_of_too_many_levels", new UploadForm().Video(clip).Metadata(MetadataOfLevels("a", 65)));
        yield return Case(
            "No_digits_for_metadata_that_are_too_large",
            new UploadForm().Video(clip).Metadata(MetadataOfBytes("a", 1024 * 1024 + 1))
        );
        yield return Case("No_digits_without_an_id", new UploadForm().Video(clip).Metadata("{}"));
        yield return Case("No_digits_for_an_unusable_id", UploadForm.Usual("a/b", clip));
        yield return Case("No_digits_for_an_id_that_is_too_long", UploadForm.Usual(new string('x', 129), clip));
        yield return Case("No_digits_for_unusable_hours", UploadForm.Usual("a", clip, "never"));
        yield return Case("No_digits_for_hours_that_are_too_long", UploadForm.Usual("a", clip, "99999999999"));
        yield return Case("No_digits_for_an_hours_field_that_is_too_long", UploadForm.Usual("a", clip, new string('x', 100_000)));
        yield return Case("No_digits_for_an_unusable_hash", UploadForm.Usual("a", clip, metadata: new JsonObject { ["file_hash"] = "x" }));
        yield return Case("No_digits_for_a_hash_that_differs", UploadForm.Usual("a", clip, metadata: HashOf([])));
        yield return Case("No_digits_for_an_empty_file", UploadForm.Usual("a", []));
        yield return Case(
            "No_digits_for_what_is_not_a_video",
            UploadForm.Usual("a", Encoding.ASCII.GetBytes("just some text that goes on"))
        );
        yield return Case("No_digits_for_two_videos", new UploadForm().Video(clip).Video(clip).Metadata("a", more: null));

        static TestCaseData Case(string name, UploadForm form) => new TestCaseData(form).SetName(name);
    }

    private static JsonObject HashOf(byte[] bytes) => new() { ["file_hash"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };

    private static string MetadataOfBytes(string id, int bytes)
    {
        var start = $$"""{"video_id":"{{id}}","analysis":"É""";
        return start + new string('x', bytes - Encoding.UTF8.GetByteCount(start) - 2) + "\"}";
    }

    // The object itself is the first level.
    private static string MetadataOfLevels(string id, int levels) =>
        $$"""{"video_id":"{{id}}","deep":{{new string('[', levels - 1)}}{{new string(']', levels - 1)}}}""";
}
