using Vigint.Application.Media;
using Vigint.Infrastructure.Containers;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Containers;

/// <summary>
/// Real clips of each kind, damaged by chance: readers never throw, and what they read and do has a bound. The damage comes from a fixed
/// seed, so that a finding comes again. <c>VIGINT_FUZZ_ROUNDS</c> makes it longer, <c>VIGINT_FUZZ_SEED</c> other.
/// </summary>
public sealed class ContainerFuzzTests
{
    private const int UsualRounds = 2000;

    // Ten thousand headers of sixteen bytes, and the parts that are looked at as a whole.
    private const int MostReads = 60_000;
    private const long MostBytesRead = 32L * 1024 * 1024;

    private static readonly string[] Picture = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=0.5"];
    private static readonly uint[] Edges =
    [
        0,
        1,
        7,
        8,
        15,
        16,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0xFFFF,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFF0,
        0xFFFF_FFFF,
    ];

    [TestCase("x.mp4", "-c:v libx264 -preset ultrafast -movflags +faststart", TestName = "Damaged_MP4")]
    [TestCase("x.mp4", "-c:v libx264 -preset ultrafast -movflags +frag_keyframe+empty_moov", TestName = "Damaged_MP4_in_fragments")]
    [TestCase("x.mov", "-c:v mjpeg", TestName = "Damaged_MOV")]
    [TestCase("x.mkv", "-c:v libx264 -preset ultrafast", TestName = "Damaged_Matroska")]
    [TestCase("x.mkv", "-c:v msmpeg4v3", TestName = "Damaged_Matroska_of_Video_for_Windows")]
    [TestCase("x.webm", "-c:v libvpx -deadline realtime", TestName = "Damaged_WebM")]
    [TestCase("x.avi", "-c:v mpeg4", TestName = "Damaged_AVI")]
    [TestCase("x.ts", "-c:v libx264 -preset ultrafast -f mpegts", TestName = "Damaged_transport_stream")]
    [TestCase("x.ts", "-c:v libx264 -preset ultrafast -f mpegts -mpegts_m2ts_mode 1", TestName = "Damaged_transport_stream_with_times")]
    [TestCase("x.mpg", "-c:v mpeg2video -r 25 -f mpeg", TestName = "Damaged_program_stream")]
    [TestCase("x.mpg", "-c:v libx264 -preset ultrafast -f vob", TestName = "Damaged_program_stream_of_MPEG2")]
    [TestCase("x.flv", "-c:v flv1", TestName = "Damaged_Flash_video")]
    [TestCase("x.asf", "-c:v msmpeg4v3", TestName = "Damaged_ASF")]
    public async Task Damage_never_throws_and_never_takes_long(string fileName, string encoding) =>
        Fuzz(await Clips.MakeAsync(fileName, [.. Picture, .. encoding.Split(' ')]));

    [Test]
    public async Task Damaged_DAV() => Fuzz(await RecorderClips.DahuaAsync());

    [Test]
    public async Task Damaged_Hikvision() => Fuzz(await RecorderClips.HikvisionAsync());

    [Test]
    public void Short_files_of_every_beginning()
    {
        byte[][] beginnings =
        [
            [0x1A, 0x45, 0xDF, 0xA3],
            [.. "RIFF\0\u0010\0\0AVI "u8],
            [.. "RIFF\0\u0010\0\0AVI LIST"u8],
            Mp4Boxes.FileType(),
            Mp4Boxes.FileType("qt  "),
            [0, 0, 0, 8, .. "wide"u8],
            [0, 0, 1, 0xBA, 0x44],
            [.. "IMKH"u8],
            [.. "DHAV"u8],
            [.. "DAHUA"u8],
            [.. "FLV\u0001\u0005\0\0\0\t"u8],
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11],
            [0x47, 0x40, 0, 0x10],
            [0, 0, 0, 1, 0x67],
            [0xFF, 0xD8, 0xFF],
            [],
        ];
        var random = new Random(Seed);

        for (var round = 0; round < Rounds * 5; round++)
        {
            var beginning = beginnings[random.Next(beginnings.Length)];
            var bytes = new byte[beginning.Length + random.Next(80)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(3) == 0 ? (byte)0 : bytes[i];
            beginning.CopyTo(bytes, 0);
            Require(bytes, round);
        }
    }

    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("VIGINT_FUZZ_ROUNDS"), out var rounds) ? rounds : UsualRounds;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("VIGINT_FUZZ_SEED"), out var seed) ? seed : 7;

    private static void Fuzz(byte[] clip)
    {
        var random = new Random(Seed);
        var rounds = Rounds;
        for (var round = 0; round < rounds; round++)
            Require(Damaged(clip, random), round);
    }

    // Headers are at the beginning, so most damage is done there.
    private static byte[] Damaged(byte[] clip, Random random)
    {
        var bytes = (random.Next(2) == 0 ? clip : clip[..random.Next(clip.Length + 1)]).ToArray();
        for (var hits = random.Next(1, 9); hits > 0 && bytes.Length > 8; hits--)
        {
            var at = random.Next(4) > 0 ? random.Next(Math.Min(bytes.Length, 1024)) : random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when at + 4 <= bytes.Length:
                    Mp4Boxes.U32(Edges[random.Next(Edges.Length)]).CopyTo(bytes, at);
                    break;
                case 3:
                    var size = random.Next(Math.Min(64, bytes.Length - at));
                    bytes.AsSpan(random.Next(bytes.Length - size), size).CopyTo(bytes.AsSpan(at));
                    break;
                default:
                    var cut = random.Next(Math.Min(16, bytes.Length - at));
                    bytes = [.. bytes[..at], .. bytes[(at + cut)..]];
                    break;
            }
        }

        return bytes;
    }

    private static void Require(byte[] bytes, int round)
    {
        using var counted = new CountedBytes(bytes);
        try
        {
            var found = new ContainerReader().Look(counted);
            if (found.Reason is null && found.Facts is null)
                Assert.Fail($"Round {round}: neither a video nor a reason, {Convert.ToBase64String(bytes)}");
        }
        catch (Exception exception) when (exception is not AssertionException)
        {
            Assert.Fail($"Round {round}: {exception} of {Convert.ToBase64String(bytes)}");
        }

        if (counted.Reads > MostReads || counted.BytesRead > MostBytesRead)
            Assert.Fail($"Round {round}: {counted.Reads} reads of {counted.BytesRead} bytes, {Convert.ToBase64String(bytes)}");
    }

    private sealed class CountedBytes(byte[] bytes) : VideoBytes
    {
        private readonly HeldBytes held = new(bytes);

        public int Reads { get; private set; }

        public long BytesRead { get; private set; }

        public override long SizeBytes => held.SizeBytes;

        public override int Read(Span<byte> into, long offset)
        {
            var read = held.Read(into, offset);
            (Reads, BytesRead) = (Reads + 1, BytesRead + read);
            return read;
        }

        public override void Dispose() => held.Dispose();
    }
}
