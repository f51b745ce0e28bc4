using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// MP4 and MOV: boxes of a size and a type (ISO/IEC 14496-12; Apple's QuickTime File Format). Only headers are read, wherever in
/// the file they stand; sample data is skipped. Damaged boxes end the reading, not the upload.
/// </summary>
internal static class IsoMedia
{
    // The index of a day of film takes some megabytes; a hostile one may claim any size, and inflate to more.
    private const int MostIndexBytes = 16 * 1024 * 1024;

    /// <param name="hasFileType">Whether a file type box comes first. Without it the signature alone is too weak for anything.</param>
    public static ContainerFinding Look(VideoBytes bytes, string contentType, bool hasFileType)
    {
        var budget = new Budget();
        long? mediaAt = null;
        var (boxes, end, hasCutIndex, hasUselessIndex) = (0, 0L, false, false);
        foreach (var box in Boxes(bytes, 0, bytes.SizeBytes, budget, withCut: true))
        {
            (boxes, end) = (boxes + 1, box.End);
            if (box.Type == "mdat")
                mediaAt ??= box.BodyStart;
            if (box.Type != "moov")
                continue;
            hasCutIndex |= box.IsCut;
            if (box.IsCut)
                continue;
            var index = ReadIndex(bytes, box.BodyStart, box.End, budget, mayBeCompressed: true);
            if (index.Picture is not null)
                return ContainerFinding.Video(index.FactsOf(contentType));
            if (index.OtherTracks > 0)
                return ContainerFinding.None(NoVideoReason.SoundOnly);
            hasUselessIndex = true;
        }

        var facts = hasFileType && !hasUselessIndex ? new MediaFacts(contentType) : null;
        if (mediaAt is { } at && MediaData.LooksReal(bytes, at))
            return ContainerFinding.WithoutIndex(new MediaFacts(contentType));
        return ContainerFinding.None(ReasonOf(), facts);

        NoVideoReason ReasonOf() =>
            hasUselessIndex ? NoVideoReason.Damaged
            : mediaAt is not null || hasCutIndex || (boxes > 1 && end == bytes.SizeBytes) ? NoVideoReason.NoIndex
            : boxes == 1 && end == bytes.SizeBytes ? NoVideoReason.OnlyFileType
            : NoVideoReason.Damaged;
    }

    /// <summary>Whether what is needed to play comes before what is played.</summary>
    public static bool HasIndexInFront(VideoBytes bytes) =>
        Boxes(bytes, 0, bytes.SizeBytes, new Budget()).FirstOrDefault(box => box.Type is "moov" or "mdat").Type == "moov";

    /// <summary>
    /// Whether the index says of which pictures decoding may begin (ISO/IEC 14496-12 §8.6.2). Without that table each picture is one, as of
    /// Motion JPEG, or somebody has lost it: then browsers begin where there is nothing to begin with, and stop. Fragments say it picture
    /// by picture.
    /// </summary>
    public static bool NamesKeyPictures(VideoBytes bytes)
    {
        var budget = new Budget();
        var index = Boxes(bytes, 0, bytes.SizeBytes, budget).Where(box => box.Type == "moov").SelectMany(Inside).ToList();
        return index.Any(box => box.Type == "mvex") || index.Where(box => box.Type == "trak").All(IsNamed);

        bool IsNamed(Box track)
        {
            var media = Inside(track).Where(box => box.Type == "mdia").SelectMany(Inside).ToList();
            return !media.Any(box => box.Type == "hdlr" && ReadText(bytes, box.BodyStart + 8, 4) == "vide")
                || media
                    .Where(box => box.Type == "minf")
                    .SelectMany(Inside)
                    .Where(box => box.Type == "stbl")
                    .SelectMany(Inside)
                    .Any(box => box.Type == "stss");
        }

        IEnumerable<Box> Inside(Box box) => Boxes(bytes, box.BodyStart, box.End, budget);
    }

    private static Index ReadIndex(VideoBytes bytes, long from, long to, Budget budget, bool mayBeCompressed)
    {
        var index = new Index();
        foreach (var box in Boxes(bytes, from, to, budget))
        {
            switch (box.Type)
            {
                case "mvhd":
                    index.Time = ReadTime(bytes, box, scaleAt: 12);
                    break;
                case "trak":
                    index.Add(ReadTrack(bytes, box, budget));
                    break;
                case "cmov" when mayBeCompressed:
                    return ReadCompressed(bytes, box, budget);
                default:
                    break;
            }
        }

        return index;
    }

    // QuickTime's compressed index: how it is compressed, its true size, and a moov box in zlib's format.
    private static Index ReadCompressed(VideoBytes bytes, Box compressed, Budget budget)
    {
        var data = Boxes(bytes, compressed.BodyStart, compressed.End, budget).FirstOrDefault(box => box.Type == "cmvd");
        if (data.Type is null || data.End - data.BodyStart is <= 4 or > MostIndexBytes)
            return new Index();
        var packed = new byte[data.End - data.BodyStart - 4];
        bytes.Fill(packed, data.BodyStart + 4);
        using var inflated = new HeldBytes(Inflate(packed));
        var index = Boxes(inflated, 0, inflated.SizeBytes, budget).FirstOrDefault(box => box.Type == "moov");
        return index.Type is null ? new Index() : ReadIndex(inflated, index.BodyStart, index.End, budget, mayBeCompressed: false);
    }

    private static ReadOnlyMemory<byte> Inflate(byte[] packed)
    {
        using var target = new MemoryStream();
        try
        {
            using var source = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            var block = new byte[64 * 1024];
            while (target.Length <= MostIndexBytes && source.Read(block) is > 0 and var read)
                target.Write(block, 0, read);
        }
        catch (InvalidDataException)
        {
            // Damaged from here on: what was read until then may be enough.
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }

    private static Track ReadTrack(VideoBytes bytes, Box track, Budget budget)
    {
        var found = new Track();
        foreach (var box in Boxes(bytes, track.BodyStart, track.End, budget))
        {
            if (box.Type == "tkhd")
                found.ShownFor = ReadTime(bytes, box, scaleAt: null);
            else if (box.Type == "mdia")
                ReadMedia(bytes, box, found, budget);
        }

        return found;
    }

    private static void ReadMedia(VideoBytes bytes, Box media, Track into, Budget budget)
    {
        foreach (var box in Boxes(bytes, media.BodyStart, media.End, budget))
        {
            if (box.Type == "mdhd")
                into.Time = ReadTime(bytes, box, scaleAt: 12);
            else if (box.Type == "hdlr")
                into.Handler = ReadText(bytes, box.BodyStart + 8, 4);
            else if (box.Type == "minf")
                ReadSampleDescription(bytes, box, into, budget);
        }
    }

    private static void ReadSampleDescription(VideoBytes bytes, Box information, Track into, Budget budget)
    {
        var descriptions = Boxes(bytes, information.BodyStart, information.End, budget)
            .Where(box => box.Type == "stbl")
            .SelectMany(table => Boxes(bytes, table.BodyStart, table.End, budget))
            .Where(box => box.Type == "stsd");
        Span<byte> size = stackalloc byte[4];
        foreach (var description in descriptions)
        {
            // Version, flags and a count; then the first entry, with the picture's size 24 bytes into its body.
            var entry = Boxes(bytes, description.BodyStart + 8, description.End, budget).FirstOrDefault();
            if (entry.Type is null)
                continue;
            into.IsDescribed = true;
            into.Codec = Codecs.NameOf(entry.Type);
            if (bytes.Read(size, entry.BodyStart + 24) < size.Length)
                continue;
            into.Width = Positive(BinaryPrimitives.ReadUInt16BigEndian(size));
            into.Height = Positive(BinaryPrimitives.ReadUInt16BigEndian(size[2..]));
        }
    }

    // Headers of movie, track and media: version and flags, two times, a time scale (a track has its number and an empty word in its
    // place), a duration. In version 1 times and duration are wider. No duration is unknown, and so is one of all ones, of either width.
    private static Time ReadTime(VideoBytes bytes, Box header, int? scaleAt)
    {
        Span<byte> body = stackalloc byte[36];
        body = body[..bytes.Fill(body, header.BodyStart)];
        if (body.Length < 36 && (body.Length < 24 || body[0] == 1))
            return default;
        var isWide = body[0] == 1;
        var wider = isWide ? 8 : 0;
        uint? scale = scaleAt is { } at ? BinaryPrimitives.ReadUInt32BigEndian(body[(at + wider)..]) : null;
        var durationAt = (scaleAt is null ? 20 : 16) + wider;
        var duration = isWide
            ? BinaryPrimitives.ReadUInt64BigEndian(body[durationAt..])
            : BinaryPrimitives.ReadUInt32BigEndian(body[durationAt..]);
        return new Time(scale, duration is 0 or uint.MaxValue or ulong.MaxValue ? null : duration);
    }

    /// <param name="withCut">Whether an index or media data that end beyond the file come too, as the last box.</param>
    private static IEnumerable<Box> Boxes(VideoBytes bytes, long from, long to, Budget budget, bool withCut = false)
    {
        var header = new byte[16];
        for (var at = from; at + 8 <= to && budget.Left > 0; budget.Left--)
        {
            if (bytes.Read(header, at) < 8)
                yield break;
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            var bodyStart = at + 8;
            if (size == 1)
            {
                size = at + 16 <= to ? BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8)) : 0;
                bodyStart += 8;
            }
            else if (size == 0)
            {
                size = to - at;
            }

            if (size < bodyStart - at || size > to - at)
            {
                // Recorders write the size of their media data when they close the file; until then it may be anything.
                var type = Encoding.Latin1.GetString(header, 4, 4);
                if (withCut && bodyStart <= to && (type == "mdat" || (type == "moov" && size > to - at)))
                    yield return new Box(type, bodyStart, to, IsCut: true);
                yield break;
            }

            yield return new Box(Encoding.Latin1.GetString(header, 4, 4), bodyStart, at + size);
            at += size;
        }
    }

    private static string ReadText(VideoBytes bytes, long at, int length)
    {
        Span<byte> text = stackalloc byte[length];
        return Encoding.Latin1.GetString(text[..bytes.Read(text, at)]);
    }

    private static int? Positive(int value) => value > 0 ? value : null;

    private readonly record struct Box(string Type, long BodyStart, long End, bool IsCut = false);

    /// <param name="Scale">Units in a second; null for a track's header, which counts in those of the movie.</param>
    /// <param name="Units">Null where it is unknown.</param>
    private readonly record struct Time(uint? Scale, ulong? Units)
    {
        public double? Seconds => In(Scale);

        public double? In(uint? scale) => scale > 0 && Units is { } units ? Math.Round((double)units / scale.Value, 3) : null;
    }

    // A real file has a few dozen boxes; a hostile one may have millions.
    private sealed class Budget
    {
        public int Left { get; set; } = 10_000;
    }

    private sealed class Index
    {
        public Time Time { get; set; }

        /// <summary>The one that is played longest: a thumbnail may come before the film.</summary>
        public Track? Picture { get; private set; }

        /// <summary>Tracks of other kinds.</summary>
        public int OtherTracks { get; private set; }

        public void Add(Track track)
        {
            if (track is { IsPicture: true, IsDescribed: true })
                Picture = Picture is null || track.SecondsIn(Time) > (Picture.SecondsIn(Time) ?? 0) ? track : Picture;
            else if (!track.IsPicture && track.Handler is not null)
                OtherTracks++;
        }

        public MediaFacts FactsOf(string contentType) =>
            new(contentType, Time.Seconds ?? Picture!.SecondsIn(Time), Picture!.Width, Picture.Height, Picture.Codec);
    }

    private sealed class Track
    {
        public string? Handler { get; set; }

        public bool IsPicture => Handler == "vide";

        /// <summary>There is an entry that says how it is coded.</summary>
        public bool IsDescribed { get; set; }

        public Time Time { get; set; }

        public Time ShownFor { get; set; }

        public int? Width { get; set; }

        public int? Height { get; set; }

        public string? Codec { get; set; }

        public double? SecondsIn(Time movie) => Time.Seconds ?? ShownFor.In(movie.Scale);
    }
}
