using Vigint.Infrastructure.Ffmpeg;

namespace Vigint.UnitTests.Media;

public sealed class FfmpegCodecTests
{
    [Test]
    public void A_codec_has_the_encoders_and_decoders_that_are_listed()
    {
        var codec = FfmpegCodec.Read(
            " DEV.LS h264                 H.264 / AVC (MPEG-4 part 10) (decoders: h264 h264_qsv ) (encoders: libx264 h264_vaapi )"
        )!;

        Assert.That(codec.Decoders, Is.EqualTo(new[] { "h264", "h264_qsv" }));
        Assert.That(codec.Encoders, Is.EqualTo(new[] { "libx264", "h264_vaapi" }));
    }

    [Test]
    public void Where_nothing_is_listed_encoder_and_decoder_have_the_name_of_the_codec()
    {
        var codec = FfmpegCodec.Read(" DEAIL. aac                  AAC (Advanced Audio Coding) (decoders: aac aac_fixed )")!;

        Assert.That(codec.Decoders, Is.EqualTo(new[] { "aac", "aac_fixed" }));
        Assert.That(codec.Encoders, Is.EqualTo(new[] { "aac" }));
    }

    [TestCase(" D.V.L. vp9                  Google VP9", new string[0], new[] { "vp9" })]
    [TestCase(" .EV.L. vp9                  Google VP9 (encoders: libvpx-vp9 )", new[] { "libvpx-vp9" }, new string[0])]
    [TestCase(" ..D... bin_data             binary data", new string[0], new string[0])]
    public void What_cannot_be_done_with_a_codec_has_no_name(string line, string[] encoders, string[] decoders)
    {
        var codec = FfmpegCodec.Read(line)!;

        Assert.That(codec.Encoders, Is.EqualTo(encoders));
        Assert.That(codec.Decoders, Is.EqualTo(decoders));
    }

    [TestCase("Codecs:")]
    [TestCase(" D..... = Decoding supported")]
    [TestCase(" .E.... = Encoding supported")]
    [TestCase(" -------")]
    [TestCase("")]
    public void The_explanation_of_the_list_is_no_codec(string line) => Assert.That(FfmpegCodec.Read(line), Is.Null);
}
