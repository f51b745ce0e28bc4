using System.IO.Compression;
using System.Text;
using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>
/// Contract, JSON bodies: what old clients and shells write beyond JSON is read on every call that takes JSON, compressed or not.
/// </summary>
[OwnServer("the operator's address")]
public sealed class LenientBodiesTests : ContractFixture
{
    // Where a text stands that a caller chooses.
    private const string Text = "TEXT";

    private const string Frame = "/9j/4AAQSkZJRgABAQAAAQABAAD/wAARCAAQABADASIAAhEBAxEB/9k=";

    private static readonly string Clip = Convert.ToBase64String(Clips.Fake(600));

    private MadeClient client = null!;

    protected override VigintServer NewServer() => new(settings: ("EMAIL_TO", "operator@example.org"));

    [OneTimeSetUp]
    public async Task AddClient()
    {
        using var admin = new AdminApi(Server.NewClient(key: null));
        client = await admin.AddClientAsync();
    }

    /// <param name="Body">With <see cref="Text"/> in the place of a text.</param>
    public sealed record Call(string Method, string Path, string Body)
    {
        public override string ToString() => $"{Method} {Path}";
    }

    private static readonly Call[] Calls =
    [
        new("POST", "/api/video/alert", $$"""{"analysis":"{{Text}}","risk_level":"LOW"}"""),
        new("POST", "/api/video/upload", $$"""{"video_filename":"{{Text}}","video_data":"{{Clip}}"}"""),
        new("POST", "/api/video/buffer", $$"""{"timestamp":"{{Text}}","frame_data":"{{Frame}}"}"""),
        new("POST", "/api/video/buffer/batch", $$"""{"frames":[{"timestamp":"{{Text}}","frame_data":"{{Frame}}"}]}"""),
        new("POST", "/api/video/multi-source/buffer", $$"""{"source_id":"{{Text}}","frame_data":"{{Frame}}"}"""),
        new("POST", "/api/video/multi-source/analyze", $$"""{"source_ids":["{{Text}}"]}"""),
        new("POST", "/api/video/analyze", $$"""{"video_id":"{{Text}}"}"""),
        new("POST", "/api/video/compress", $$"""{"filename":"{{Text}}","video_data":"{{Clip}}","max_size_mb":0}"""),
        new("POST", "/api/video/create", $$"""{"output_filename":"{{Text}}","frames":["AA=="]}"""),
        new("POST", "/api/v1/videos/link/extend", $$"""{"video_id":"{{Text}}","additional_hours":1}"""),
        new("POST", "/api/storage/cleanup", $$"""{"type":"{{Text}}"}"""),
        new("POST", "/admin/clients", $$"""{"name":"{{Text}}"}"""),
        new("POST", "/admin/clients/{client}/keys", $$"""{"name":"{{Text}}"}"""),
        new("PUT", "/admin/clients/{client}/limits", $$"""{"note":"{{Text}}"}"""),
        new("PUT", "/admin/clients/{client}/analysis", $$"""{"normal":"{{Text}}"}"""),
        new("PUT", "/admin/clients/{client}/channels", $$"""{"ntfy":[{"url":"{{Text}}"}]}"""),
    ];

    [Test]
    public async Task Half_a_pair_of_surrogates_is_a_text_like_any_other([ValueSource(nameof(Calls))] Call call) =>
        await AssertAsPlainAsync(call, Utf8(call.Body.Replace(Text, "half \\ud800", StringComparison.Ordinal)));

    [Test]
    public async Task Numbers_that_are_none_are_null([ValueSource(nameof(Calls))] Call call) =>
        await AssertAsPlainAsync(call, Utf8($$"""{"confidence":NaN,"more":[Infinity,-Infinity],{{Plain(call)[1..]}}"""));

    [Test]
    public async Task A_byte_order_mark_is_skipped([ValueSource(nameof(Calls))] Call call) =>
        await AssertAsPlainAsync(call, [.. Encoding.UTF8.Preamble, .. Utf8(Plain(call))]);

    [Test]
    public async Task Letters_of_Windows_are_read([ValueSource(nameof(Calls))] Call call) =>
        await AssertAsPlainAsync(
            call,
            Encoding.Latin1.GetBytes(call.Body.Replace(Text, "Vol \xe0 l'\xe9talage", StringComparison.Ordinal))
        );

    [Test]
    public async Task A_compressed_body_is_read(
        [ValueSource(nameof(Calls))] Call call,
        [Values("gzip", "x-gzip", "GZIP")] string encoding
    ) => await AssertAsPlainAsync(call, Compressed(Utf8(Plain(call))), encoding);

    [Test]
    public async Task Another_encoding_is_refused_with_those_that_are_understood([ValueSource(nameof(Calls))] Call call)
    {
        var answer = await SendAsync(call, Utf8(Plain(call)), "br");

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((415, "application/problem+json")));
        Assert.That(answer.Text("detail"), Does.Contain("gzip"));
    }

    // PostgreSQL keeps none in a text.
    [Test]
    public async Task A_zero_in_a_text_is_no_mistake_of_the_server([ValueSource(nameof(Calls))] Call call)
    {
        var answer = await SendAsync(call, Utf8(call.Body.Replace(Text, "zero \\u0000", StringComparison.Ordinal)));

        Assert.That(answer.Status, Is.Not.EqualTo(500));
    }

    [TestCase("""{"analysis":"half \ud800"}""", "half \ufffd", 0, TestName = "Of_half_a_pair_the_replacement_character_is_left")]
    [TestCase("""{"analysis":"frames","frame_count":"\ud800"}""", "frames", 0, TestName = "Half_a_pair_is_no_number")]
    [TestCase(
        """{"analysis":"none","frame_count":NaN,"incident_start_seconds":Infinity}""",
        "none",
        0,
        TestName = "What_is_no_number_counts_as_absent"
    )]
    [TestCase("{\"analysis\":\"mark\ud83d\ude42\",\"frame_count\":7}", "mark\ud83d\ude42", 7, TestName = "A_whole_pair_stays")]
    [TestCase("{\"analysis\":\"two\nlines\"}", "two\nlines", 0, TestName = "Lines_may_be_broken_in_a_text")]
    public async Task An_alert_says_what_was_meant(string body, string summary, int frames)
    {
        var answer = await SendAsync(Calls[0], Utf8(body));

        Assert.That(
            (answer.Status, answer.Text("incident_summary"), answer.Number("frame_count")),
            Is.EqualTo((200, summary, (double)frames))
        );
    }

    [Test]
    public async Task An_alert_in_letters_of_Windows_says_what_was_meant()
    {
        var answer = await SendAsync(Calls[0], [.. "{\"analysis\":\"Vol \xe0 l\x92\xe9talage: 5 \x80\"}".Select(one => (byte)one)]);

        Assert.That((answer.Status, answer.Text("incident_summary")), Is.EqualTo((200, "Vol à l’étalage: 5 €")));
    }

    [Test]
    public async Task An_alert_in_a_form_in_letters_of_Windows_says_what_was_meant()
    {
        const string head = $"--{UploadForm.Boundary}\r\nContent-Disposition: form-data; name=\"analysis\"\r\n\r\n";
        byte[] form = [.. Utf8(head), .. Encoding.Latin1.GetBytes("Porte forc\u00e9e"), .. Utf8($"\r\n--{UploadForm.Boundary}--\r\n")];

        var answer = await SendAsync(Calls[0], form, contentType: UploadForm.ContentType);

        Assert.That((answer.Status, answer.Text("incident_summary")), Is.EqualTo((200, "Porte forcée")));
    }

    // Uploads

    [Test]
    public async Task Metadata_in_letters_of_Windows_are_kept()
    {
        var id = NewId();
        byte[] form =
        [
            .. Utf8($"--{UploadForm.Boundary}\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n"),
            .. Encoding.Latin1.GetBytes($$"""{"video_id":"{{id}}","source":"Entr{{'\xe9'}}e"}"""),
            .. "\r\n"u8,
            .. new UploadForm().Video(Clips.Fake()).ToBytes(),
        ];

        var answer = await SendAsync(new Call("POST", "/api/v1/videos/upload", ""), form, contentType: UploadForm.ContentType);

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Api.GetAsync(Record(id))).Member("metadata")!["source"]!.GetValue<string>(), Is.EqualTo("Entrée"));
    }

    [Test]
    public async Task A_compressed_upload_is_stored_as_it_was()
    {
        var (id, clip) = (NewId(), Clips.Fake(200_000));

        var answer = await SendAsync(
            new Call("POST", "/api/v1/videos/upload", ""),
            Compressed(UploadForm.Usual(id, clip).ToBytes()),
            "gzip",
            UploadForm.ContentType
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        Assert.That((await Anybody.GetAsync(VideoApi.StoredFrom(answer).Link)).Body, Is.EqualTo(clip));
    }

    // What cannot be decoded

    [Test]
    public async Task What_is_not_compressed_although_it_says_so_is_refused()
    {
        var answer = await SendAsync(Calls[0], Utf8(Plain(Calls[0])), "gzip");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "The body is not gzip")));
    }

    [Test]
    public async Task A_compressed_body_that_ends_early_is_refused()
    {
        var whole = Compressed(Utf8($$"""{"analysis":"{{Guid.NewGuid()}}"}"""));

        var answer = await SendAsync(Calls[0], whole[..^12], "gzip");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "The body is not JSON")));
    }

    [Test]
    public async Task The_limit_of_a_body_counts_what_it_unpacks_to()
    {
        var body = Compressed(Utf8($$"""{"dry_run":true,"note":"{{new string('x', 2_000_000)}}"}"""));

        var answer = await SendAsync(new Call("POST", "/api/storage/cleanup", ""), body, "gzip");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((413, "The JSON body is too large")));
    }

    [Test]
    public async Task A_body_that_unpacks_to_very_much_is_refused_before_it_is_unpacked()
    {
        // Texts of alerts are cut, so that no other limit ends it.
        byte[] body;
        using (var packed = new MemoryStream())
        {
            await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                await zip.WriteAsync(Utf8("{\"analysis\":\""));
                var letters = new byte[1024 * 1024];
                Array.Fill(letters, (byte)'x');
                for (var megabyte = 0; megabyte < 64; megabyte++)
                    await zip.WriteAsync(letters);
                await zip.WriteAsync(Utf8("\"}"));
            }

            body = packed.ToArray();
        }

        var answer = await SendAsync(Calls[0], body, "gzip");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((413, "The body unpacks to too much")));
    }

    [TestCase("utf-8", TestName = "A_character_set_in_the_wrong_header_is_no_encoding")]
    [TestCase("identity", TestName = "No_encoding_may_be_named")]
    [TestCase("", TestName = "An_empty_encoding_is_none")]
    public async Task What_is_no_encoding_is_let_pass(string encoding)
    {
        var answer = await SendAsync(Calls[0], Utf8(Plain(Calls[0])), encoding);

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Without_a_key_the_encoding_does_not_matter()
    {
        var content = new ByteArrayContent(Utf8("{}"));
        content.Headers.TryAddWithoutValidation("Content-Encoding", "br");

        Assert.That((await Anybody.SendAsync(HttpMethod.Post, "/api/video/alert", content)).Status, Is.EqualTo(401));
    }

    private async Task AssertAsPlainAsync(Call call, byte[] body, string? encoding = null)
    {
        var plain = await SendAsync(call, Utf8(Plain(call)));

        var answer = await SendAsync(call, body, encoding);

        Assert.That(
            (plain.Status, ErrorOf(plain)),
            Is.Not.EqualTo((400, "The body is not JSON")).And.Not.EqualTo((500, "The server made a mistake"))
        );
        Assert.That((answer.Status, ErrorOf(answer)), Is.EqualTo((plain.Status, ErrorOf(plain))));
    }

    private async Task<Answer> SendAsync(Call call, byte[] body, string? encoding = null, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await Api.SendAsync(
            HttpMethod.Parse(call.Method),
            call.Path.Replace("{client}", $"{client.Id}", StringComparison.Ordinal),
            content,
            ("X-Admin-Key", VigintServer.Key)
        );
    }

    private static string Plain(Call call) => call.Body.Replace(Text, "plain", StringComparison.Ordinal);

    private static string? ErrorOf(Answer answer) => answer.Status < 400 ? null : answer.Error;

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Compressed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(bytes);
        return packed.ToArray();
    }
}
