using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vigint.Api.Media;
using Vigint.Domain;

namespace Vigint.UnitTests.Api;

public sealed class MediaJsonTests
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly byte[] Clip = Bytes(3001);

    private sealed record Frame(string? FrameData, int? FrameCount);

    private sealed record Body(
        string? VideoData,
        string? Filename,
        double? MaxSizeMb,
        IReadOnlyList<string>? Frames,
        IReadOnlyList<Frame>? Batch
    );

    [Test]
    public async Task Members_may_come_in_any_order_and_in_pieces_of_any_size([Range(1, 41, 5)] int piece, [Values] bool isFirst)
    {
        var media = $"\"video_data\": \"{Convert.ToBase64String(Clip)}\"";
        const string small =
            "\"max_size_mb\": 5, \"filename\": \"a \\\"b\\\" \\u00e9 video_data\", \"other\": {\"video_data\": \"x\", \"list\": [1, {}]}";
        var taken = new Taken();

        var body = await ReadAsync(
            isFirst ? $"{{{media}, {small}}}" : $"{{{small}, {media}}}",
            place => place == "video_data" ? taken : null,
            piece
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Media, Is.EqualTo(new[] { Clip }));
            Assert.That(body, Is.EqualTo(new Body("", "a \"b\" é video_data", 5, null, null)));
        }
    }

    [Test]
    public async Task Elements_of_a_list_are_taken_one_after_the_other()
    {
        var taken = new Taken();

        var body = await ReadAsync(
            $$"""{"frames": ["{{Convert.ToBase64String(Bytes(1))}}", "", "{{Convert.ToBase64String(Bytes(2))}}"], "filename": "x"}""",
            place => place == "frames[]" ? taken : null
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Media, Is.EqualTo(new[] { Bytes(1), [], Bytes(2) }));
            Assert.That(body.Frames, Has.Count.EqualTo(3));
        }
    }

    [Test]
    public async Task Members_of_elements_are_taken_and_what_stands_beside_them_stays()
    {
        var taken = new Taken();

        var body = await ReadAsync(
            $$"""{"batch": [{"frame_count": 7, "frame_data": "{{Convert.ToBase64String(Bytes(5))}}"}, {"frame_data": "AA==","""
                + $$""" "frame_count": 8}]}""",
            place => place == "batch[].frame_data" ? taken : null
        );

        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken.Media, Is.EqualTo(new[] { Bytes(5), [0] }));
            Assert.That(body.Batch, Is.EqualTo(new[] { new Frame("", 7), new Frame("", 8) }));
        }
    }

    [TestCase("TWFu\\/w==", "4D616EFF", TestName = "A_slash_may_be_escaped_as_PHP_does")]
    [TestCase("\\u002B\\u002b\\u002B\\u002B", "FBEFBE", TestName = "A_plus_may_be_escaped_as_NET_does")]
    [TestCase("TWFu\\r\\nTWFu\\n", "4D616E4D616E", TestName = "Lines_may_be_broken_as_MIME_does")]
    [TestCase("TWE", "4D61", TestName = "Padding_may_be_missing")]
    [TestCase("TWE=", "4D61", TestName = "Padding_may_be_there")]
    [TestCase("data:video/mp4;base64,TWFu", "4D616E", TestName = "The_head_of_a_data_address_is_cut_off")]
    public async Task Base64(string text, string hex)
    {
        var taken = new Taken();

        await ReadAsync($$"""{"video_data": "{{text}}"}""", _ => taken);

        Assert.That(taken.Media.Select(Convert.ToHexString), Is.EqualTo(new[] { hex }));
    }

    [TestCase("not base64!", TestName = "Other_letters")]
    [TestCase("TWFuT", TestName = "One_letter_too_many")]
    [TestCase("TW=u", TestName = "Padding_in_the_middle")]
    [TestCase("TWF=====", TestName = "Too_much_padding")]
    [TestCase("TW-_", TestName = "The_alphabet_of_addresses")]
    [TestCase("TW\\u00e9u", TestName = "A_letter_beyond_ASCII")]
    public async Task What_is_no_base64_is_told_as_such(string text)
    {
        var taken = new Taken();

        await ReadAsync($$"""{"video_data": "{{text}}"}""", _ => taken);

        Assert.That(taken.Broken, Is.EqualTo(1));
    }

    [TestCase(128 * 1024 / 4 * 3, TestName = "A_text_as_long_as_one_step")]
    [TestCase(128 * 1024 / 4 * 3 + 1, TestName = "A_text_longer_than_one_step")]
    [TestCase(1_000_003, TestName = "A_text_of_many_steps")]
    public async Task Long_texts_come_whole(int length)
    {
        var taken = new Taken();

        await ReadAsync($$"""{"video_data": "{{Convert.ToBase64String(Bytes(length))}}"}""", _ => taken, piece: 60_001);

        Assert.That(taken.Media.Single(), Is.EqualTo(Bytes(length)));
    }

    [TestCase("[1]", "The body must be a JSON object", TestName = "A_list")]
    [TestCase("\"text\"", "The body must be a JSON object", TestName = "A_text")]
    [TestCase("{\"video_data\": \"AA==\"", "The body is not JSON", TestName = "An_object_that_does_not_end")]
    [TestCase("{\"video_data\": \"AA=", "The body is not JSON", TestName = "A_text_that_does_not_end")]
    [TestCase("no json", "The body is not JSON", TestName = "No_JSON_at_all")]
    [TestCase("{\"video_data\": 7}", "video_data has the wrong type", TestName = "A_number_in_place_of_media")]
    [TestCase("{\"max_size_mb\": \"5\"}", "max_size_mb has the wrong type", TestName = "A_text_in_place_of_a_number")]
    public void What_is_no_such_object_is_refused_and_says_why(string json, string why) =>
        Assert.That(
            () => ReadAsync(json, place => place == "video_data" ? new Taken() : null),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.Invalid).And.Message.EqualTo(why)
        );

    [Test]
    public void Much_nesting_is_no_JSON_of_ours() =>
        Assert.That(
            () => ReadAsync(new string('[', 100_000), _ => null),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo("The body is not JSON")
        );

    [Test]
    public void Small_members_are_bounded() =>
        Assert.That(
            () => ReadAsync($$"""{"filename": "{{new string('x', 2_000_000)}}"}""", _ => null),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.TooLarge)
        );

    [Test]
    public async Task An_empty_body_is_an_empty_object() =>
        Assert.That(await ReadAsync("", _ => null), Is.EqualTo(new Body(null, null, null, null, null)));

    [TestCase("0123456789abcdef", "0123456789", TestName = "Of_a_long_text_the_beginning_is_kept")]
    [TestCase("0123456789", "0123456789", TestName = "A_text_that_fits_is_kept_whole")]
    [TestCase("012345678éé", "012345678é", TestName = "A_character_that_has_begun_is_kept_whole")]
    [TestCase("0\\n23456789abc", "0", TestName = "An_escape_is_kept_only_where_a_pair_of_them_fits")]
    public async Task A_text_is_cut_where_a_bound_is_given(string sent, string kept)
    {
        foreach (var piece in new[] { 1, 3, 4096 })
        {
            var body = await ReadAsync($$"""{"filename": "{{sent}}", "max_size_mb": 5}""", _ => null, piece, longestText: 10);

            Assert.That(body, Is.EqualTo(new Body(null, kept, 5, null, null)));
        }
    }

    [Test]
    public async Task No_half_of_a_pair_is_kept([Range(1, 40)] int longest)
    {
        var body = await ReadAsync("""{"filename": "\ud83d\ude42\ud83d\ude42\ud83d\ude42é🙂"}""", _ => null, longestText: longest);

        Assert.That(() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(body.Filename!), Throws.Nothing);
    }

    [Test]
    public async Task What_is_cut_may_be_larger_than_a_body()
    {
        var body = await ReadAsync($$"""{"filename": "{{new string('x', 5_000_000)}}", "max_size_mb": 5}""", _ => null, longestText: 100);

        Assert.That((body.Filename!.Length, body.MaxSizeMb), Is.EqualTo((100, 5)));
    }

    [TestCase("half \\ud800", "half \ufffd", TestName = "The_first_half_of_a_pair_is_replaced")]
    [TestCase("half \\uDC00!", "half \ufffd!", TestName = "The_second_half_of_a_pair_is_replaced")]
    [TestCase("\\udc00\\ud800", "\ufffd\ufffd", TestName = "Halves_in_the_wrong_order_are_replaced")]
    [TestCase("\\ud83d\\ude42 \\\\ud800", "🙂 \\ud800", TestName = "A_whole_pair_and_an_escaped_backslash_stay")]
    [TestCase("one\nline\tand another", "one\nline\tand another", TestName = "Control_characters_may_stand_as_they_are")]
    public async Task What_Python_and_shells_write_beyond_JSON_is_read(string sent, string read)
    {
        foreach (var piece in new[] { 1, 2, 5, 4096 })
        {
            var body = await ReadAsync(
                $$"""{"filename": "{{sent}}", "max_size_mb": NaN, "video_data": "AA==", "x": [Infinity, -Infinity]}""",
                place => place == "video_data" ? new Taken() : null,
                piece
            );

            Assert.That(body, Is.EqualTo(new Body("", read, null, null, null)));
        }
    }

    [Test]
    public async Task A_byte_order_mark_is_skipped([Values(1, 2, 4096)] int piece, [Values] bool isBlank)
    {
        byte[] sent = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(isBlank ? " " : """{"filename": "x"}""")];

        Assert.That((await ReadAsync(sent, _ => null, piece)).Filename, Is.EqualTo(isBlank ? null : "x"));
    }

    [Test]
    public async Task Bytes_that_are_not_UTF_8_are_read_as_Windows_1252([Values(1, 2, 4096)] int piece)
    {
        byte[] sent = [.. "{\"filename\": \"Vol \xe0 l\x92\xe9talage: 5 \x80\", \"max_size_mb\": 5}".Select(character => (byte)character)];

        var body = await ReadAsync(sent, _ => null, piece);

        Assert.That(body, Is.EqualTo(new Body(null, "Vol à l’étalage: 5 €", 5, null, null)));
    }

    [Test]
    public async Task Of_many_second_halves_the_beginning_is_kept()
    {
        var halves = string.Concat(Enumerable.Repeat("\\udc00", 300_000));

        var body = await ReadAsync($$"""{"filename": "{{halves}}"}""", _ => null, longestText: 60);

        Assert.That(body.Filename, Has.Length.InRange(1, 20));
    }

    [Test]
    public async Task Of_many_bytes_that_begin_no_character_the_beginning_is_kept()
    {
        byte[] sent = [.. "{\"filename\": \""u8, .. Enumerable.Repeat((byte)0x95, 2_000_000), .. "\"}"u8];

        Assert.That((await ReadAsync(sent, _ => null, longestText: 60)).Filename, Has.Length.InRange(60, 64));
    }

    private static Task<Body> ReadAsync(string json, Func<string, IMediaSink?> sinkAt, int piece = 4096, int longestText = int.MaxValue) =>
        ReadAsync(Encoding.UTF8.GetBytes(json), sinkAt, piece, longestText);

    private static async Task<Body> ReadAsync(
        byte[] bytes,
        Func<string, IMediaSink?> sinkAt,
        int piece = 4096,
        int longestText = int.MaxValue
    )
    {
        // The writer waits until a piece has been read, so that each comes by itself.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        _ = WriteAsync();
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new BodyOf(pipe.Reader));
        return await MediaJson.ReadAsync<Body>(context, Options, sinkAt, longestText);

        async Task WriteAsync()
        {
            for (var at = 0; at < bytes.Length; at += piece)
                await pipe.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
            await pipe.Writer.CompleteAsync();
        }
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class BodyOf(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }

    private sealed class Taken : IMediaSink
    {
        private readonly List<byte> current = [];

        public List<byte[]> Media { get; } = [];

        public int Broken { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes) => current.AddRange(bytes);

        public void End(bool isBase64)
        {
            if (isBase64)
                Media.Add([.. current]);
            else
                Broken++;
            current.Clear();
        }
    }
}
