using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigint.Api.Media;
using Vigint.Api.Videos;
using Vigint.Domain;

namespace Vigint.UnitTests.Api;

public sealed class MultipartFormTests
{
    private const string Usual =
        "--B\r\nContent-Disposition: form-data; name=\"video\"; filename=\"x.mp4\"\r\nContent-Type: video/mp4\r\n\r\nbytes\r\n--not it\r\n"
        + "\r\n--B\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n--B--\r\n";

    private static readonly string[] UsualParts = ["video|x.mp4|bytes\r\n--not it\r\n", "metadata|-|{}"];

    private static Task<List<string>> ReadAsync(
        string body,
        int pieceSize = int.MaxValue,
        string contentType = "multipart/form-data; boundary=B"
    ) => ReadAsync(Encoding.UTF8.GetBytes(body), pieceSize, contentType);

    private static async Task<List<string>> ReadAsync(
        byte[] body,
        int pieceSize = int.MaxValue,
        string contentType = "multipart/form-data; boundary=B"
    )
    {
        var (request, writing) = RequestWith(body, pieceSize, contentType);
        var parts = new List<string>();
        using var form = MultipartForm.Of(request);
        while (await form.NextAsync(CancellationToken.None) is { } part)
            parts.Add($"{part.Name}|{part.FileName ?? "-"}|{await TextAsync(part.Body)}");
        await writing;
        return parts;
    }

    // As calls with small fields beside a clip do.
    private static async Task ReadFieldsAsync(string body, int pieceSize, CancellationToken cancellationToken)
    {
        var (request, _) = RequestWith(Encoding.UTF8.GetBytes(body), pieceSize, "multipart/form-data; boundary=B");
        await VideoForm.ReadAsync(request, new Nowhere(), ["wanted"], FieldLimit.Small, cancellationToken);
    }

    private static (HttpRequest Request, Task Writing) RequestWith(byte[] bytes, int pieceSize, string contentType)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var context = new DefaultHttpContext();
        context.Request.ContentType = contentType;
        context.Features.Set<Microsoft.AspNetCore.Http.Features.IRequestBodyPipeFeature>(new PipeBody(pipe.Reader));
        return (context.Request, WriteAsync());

        async Task WriteAsync()
        {
            for (var at = 0; at < bytes.Length; at += Math.Min(pieceSize, bytes.Length))
            {
                await pipe.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(pieceSize, bytes.Length - at)));
                await Task.Yield();
            }

            await pipe.Writer.CompleteAsync();
        }
    }

    private static async Task<string> TextAsync(PipeReader body)
    {
        var text = new StringBuilder();
        while (true)
        {
            var read = await body.ReadAsync();
            text.Append(Encoding.UTF8.GetString(read.Buffer));
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return text.ToString();
        }
    }

    [Test]
    public async Task Parts_come_in_the_order_in_which_they_are_sent() => Assert.That(await ReadAsync(Usual), Is.EqualTo(UsualParts));

    [Test]
    public async Task Parts_are_the_same_in_whatever_pieces_they_arrive([Range(1, 40)] int pieceSize) =>
        Assert.That(await ReadAsync(Usual, pieceSize), Is.EqualTo(UsualParts));

    [TestCase("multipart/form-data; boundary=\"B\"", TestName = "A_boundary_may_stand_in_quotes")]
    [TestCase("Multipart/Form-Data; charset=utf-8; boundary=B", TestName = "The_type_is_read_in_any_case")]
    public async Task Content_type(string contentType) =>
        Assert.That(await ReadAsync(Usual, contentType: contentType), Is.EqualTo(UsualParts));

    [Test]
    public async Task A_boundary_that_should_be_quoted_need_not_be() =>
        Assert.That(
            await ReadAsync(
                Usual.Replace("--B", "----=_(B)", StringComparison.Ordinal),
                contentType: "multipart/form-data; boundary=--=_(B)"
            ),
            Is.EqualTo(UsualParts)
        );

    [Test]
    public async Task A_file_name_that_should_be_quoted_need_not_be() =>
        Assert.That(
            await ReadAsync("--B\r\nContent-Disposition: form-data; name=\"video\"; filename=my clip.mp4\r\n\r\nx\r\n--B--"),
            Is.EqualTo(new[] { "video|my clip.mp4|x" })
        );

    [Test]
    public async Task What_stands_before_the_first_boundary_is_skipped() =>
        Assert.That(await ReadAsync($"hello\r\n{Usual}"), Is.EqualTo(UsualParts));

    [Test]
    public async Task A_part_may_be_empty() =>
        Assert.That(await ReadAsync("--B\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--B--"), Is.EqualTo(new[] { "a|-|" }));

    [Test]
    public async Task A_file_name_may_be_in_any_script() =>
        Assert.That(
            await ReadAsync("--B\r\nContent-Disposition: form-data; name=\"video\"; filename=\"caméra 玄関.mp4\"\r\n\r\nx\r\n--B--"),
            Is.EqualTo(new[] { "video|caméra 玄関.mp4|x" })
        );

    [TestCase("text/plain", "x", "No video file part", TestName = "Another_type_has_no_video_part")]
    [TestCase(
        "multipart/form-data",
        "x",
        "Broken form: the content type names no usable boundary",
        TestName = "A_type_without_boundary_is_broken"
    )]
    [TestCase("multipart/form-data; boundary=B", "", "No video file part", TestName = "An_empty_body_has_no_video_part")]
    [TestCase(
        "multipart/form-data; boundary=B",
        "x",
        "Broken form: its first boundary is missing",
        TestName = "A_body_without_boundary_is_broken"
    )]
    [TestCase(
        "multipart/form-data; boundary=B",
        "--B\r\nX: y\r\n\r\nz\r\n--B--",
        "Broken form: a part has no name",
        TestName = "A_part_without_disposition_is_broken"
    )]
    [TestCase(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nz",
        "Broken form: it ends early",
        TestName = "A_body_that_ends_within_a_part_is_broken"
    )]
    [TestCase(
        "multipart/form-data; boundary=B",
        "--B\r\nContent-Disp",
        "Broken form: the headers of a part do not end",
        TestName = "A_body_that_ends_within_headers_is_broken"
    )]
    [TestCase(
        "multipart/form-data; boundary=B",
        "--Bx\r\n",
        "Broken form: a boundary does not end its line",
        TestName = "A_longer_boundary_is_broken"
    )]
    public void A_broken_form_is_refused(string contentType, string body, string error) =>
        Assert.That(
            async () => await ReadAsync(body, contentType: contentType),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo(error)
        );

    // Reading all of it again and again would go on for ever: the limit ends that.
    [TestCase(
        "--B\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nsome text",
        TestName = "The_last_part_is_a_field_that_nobody_wants"
    )]
    [TestCase(
        "--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n\r\nsome text",
        TestName = "The_last_part_is_a_field_that_is_read"
    )]
    [TestCase("--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n\r\nsome text\r\n--", TestName = "The_last_boundary_is_cut")]
    [TestCase(
        "--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n\r\nsome text\r\n--B",
        TestName = "The_end_of_the_last_boundary_is_cut"
    )]
    [TestCase(
        "--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n\r\nsome text\r\n--B-",
        TestName = "Half_the_end_of_the_last_boundary_is_cut"
    )]
    [TestCase(
        "--B\r\nContent-Disposition: form-data; name=\"video\"; filename=\"x\"\r\n\r\nsome bytes",
        TestName = "The_last_part_is_a_file"
    )]
    [TestCase("--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n\r\n", TestName = "The_last_part_is_empty")]
    [TestCase("--B\r\nContent-Disposition: form-data; name=\"wanted\"\r\n", TestName = "The_headers_are_cut")]
    [TestCase("--B\r\nContent-Dispo", TestName = "A_header_is_cut")]
    [TestCase("--B", TestName = "There_is_nothing_but_the_first_boundary")]
    [TestCase("hello\r\n--", TestName = "The_first_boundary_is_cut")]
    [TestCase("hello", TestName = "There_is_nothing_but_what_stands_before_the_first_boundary")]
    [CancelAfter(20_000)]
    public void A_form_that_has_come_whole_and_does_not_end_is_refused_at_once(string body, CancellationToken tooLate)
    {
        foreach (var pieceSize in new[] { 1, 7, int.MaxValue })
        {
            Assert.That(
                () => ReadFieldsAsync(body, pieceSize, tooLate),
                Throws.TypeOf<RefusedException>().With.Message.StartsWith("Broken form: ").And.Property("Refusal").EqualTo(Refusal.Invalid)
            );
        }
    }

    [TestCase("clip.mp4", "clip.mp4", TestName = "A_plain_file_name_stays")]
    [TestCase("../../etc/x.mp4", "x.mp4", TestName = "Of_a_path_the_last_segment_is_kept")]
    [TestCase("C:\\clips\\a.mp4", "a.mp4", TestName = "Of_a_path_of_Windows_too")]
    [TestCase("C:\\\\clips\\\\a.mp4", "a.mp4", TestName = "Of_one_that_was_escaped_too")]
    [TestCase("a/b\\c.mp4", "c.mp4", TestName = "Of_a_mixture_too")]
    [TestCase("clips/", "clips", TestName = "A_separator_at_the_end_ends_no_name")]
    [TestCase("say \\\"hi\\\".mp4", "say \"hi\".mp4", TestName = "An_escaped_quotation_mark_is_none_of_a_path")]
    [TestCase("..", "_", TestName = "The_folder_above_is_no_name")]
    [TestCase("/", "_", TestName = "A_separator_is_no_name")]
    public async Task Of_a_file_name_the_last_segment_is_kept(string sent, string kept) =>
        Assert.That(
            await ReadAsync($"--B\r\nContent-Disposition: form-data; name=\"video\"; filename=\"{sent}\"\r\n\r\nx\r\n--B--"),
            Is.EqualTo(new[] { $"video|{kept}|x" })
        );

    [Test]
    public async Task A_file_name_in_Windows_letters_is_read() =>
        Assert.That(
            await ReadAsync(
                Encoding.Latin1.GetBytes(
                    "--B\r\nContent-Disposition: form-data; name=\"video\"; filename=\"cam\u00e9ra.mp4\"\r\n\r\nx\r\n--B--"
                )
            ),
            Is.EqualTo(new[] { "video|caméra.mp4|x" })
        );

    [Test]
    public void A_form_of_very_many_parts_is_refused() =>
        Assert.That(
            async () =>
                await ReadAsync(
                    string.Concat(Enumerable.Repeat("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n", 101)) + "--B--"
                ),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo("Broken form: it has too many parts")
        );

    [Test]
    public void Headers_without_end_are_refused() =>
        Assert.That(
            async () => await ReadAsync($"--B\r\nX: {new string('x', 100_000)}"),
            Throws.TypeOf<RefusedException>().With.Message.EqualTo("Broken form: the headers of a part do not end")
        );

    private sealed class Nowhere : IMediaSink
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            // What came is not looked at.
        }

        public void End(bool isBase64)
        {
            // Neither is how it ended.
        }
    }

    private sealed class PipeBody(PipeReader reader) : Microsoft.AspNetCore.Http.Features.IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
