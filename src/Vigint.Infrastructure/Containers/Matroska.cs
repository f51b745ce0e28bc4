using System.Buffers.Binary;
using System.Text;
using Vigint.Application.Media;
using Vigint.Domain.Media;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>Matroska and WebM: EBML elements of an id and a size (RFC 8794, RFC 9559). Reads up to tracks and a first cluster.</summary>
internal static class Matroska
{
    private const uint HeaderId = 0x1A45DFA3;
    private const uint DocTypeId = 0x4282;
    private const uint SegmentId = 0x18538067;
    private const uint InfoId = 0x1549A966;
    private const uint TimestampScaleId = 0x2AD7B1;
    private const uint DurationId = 0x4489;
    private const uint TracksId = 0x1654AE6B;
    private const uint TrackEntryId = 0xAE;
    private const uint TrackTypeId = 0x83;
    private const uint CodecIdId = 0x86;
    private const uint VideoId = 0xE0;
    private const uint PixelWidthId = 0xB0;
    private const uint PixelHeightId = 0xBA;
    private const uint CodecPrivateId = 0x63A2;
    private const uint ClusterId = 0x1F43B675;
    private const uint SimpleBlockId = 0xA3;
    private const uint BlockGroupId = 0xA0;

    // Pictures coded as in an AVI: the codec's code stands in the BITMAPINFOHEADER that an AVI would have.
    private const string OfVideoForWindows = "V_MS/VFW/FOURCC";
    private const int CompressionAt = 16;

    private const int PictureTrack = 1;
    private const double UsualTimestampScale = 1_000_000;

    public static ContainerFinding Look(VideoBytes bytes)
    {
        var budget = new Budget();
        var header = Elements(bytes, budget, 0, bytes.SizeBytes).FirstOrDefault();
        if (header.Id != HeaderId)
            return ContainerFinding.None(NoVideoReason.Damaged);
        var docType =
            Elements(bytes, budget, header.Start, header.End).Where(e => e.Id == DocTypeId).Select(e => TextOf(bytes, e)).FirstOrDefault()
            ?? "matroska";
        if (docType is not ("matroska" or "webm"))
            return ContainerFinding.None(NoVideoReason.Damaged);

        var facts = new MediaFacts(docType == "webm" ? "video/webm" : "video/x-matroska");
        var segment = Elements(bytes, budget, header.End, bytes.SizeBytes).FirstOrDefault(e => e.Id == SegmentId);
        if (segment.Id != SegmentId)
            return ContainerFinding.None(header.End < bytes.SizeBytes ? NoVideoReason.Damaged : NoVideoReason.NoPictures, facts);
        return ReadSegment(bytes, budget, segment, facts);
    }

    // Tracks come before what they hold, but need not.
    private static ContainerFinding ReadSegment(VideoBytes bytes, Budget budget, Element segment, MediaFacts facts)
    {
        var (hasTracks, hasMedia) = (false, false);
        foreach (var element in Elements(bytes, budget, segment.Start, segment.End))
        {
            if (element.Id == InfoId)
                facts = facts with { DurationSeconds = DurationOf(bytes, budget, element) };
            else if (element.Id == TracksId && !TryReadTracks(bytes, budget, element, ref facts))
                return ContainerFinding.None(NoVideoReason.SoundOnly);
            hasTracks |= element.Id == TracksId;
            hasMedia |= element.Id == ClusterId && (hasTracks ? element.End > element.Start : HoldsBlocks(bytes, budget, element));
            if (hasTracks && hasMedia)
                return ContainerFinding.Video(facts);
        }

        return hasMedia
            ? ContainerFinding.WithoutIndex(facts)
            : ContainerFinding.None(hasTracks ? NoVideoReason.NoPictures : NoVideoReason.Damaged, facts);
    }

    private static bool HoldsBlocks(VideoBytes bytes, Budget budget, Element cluster) =>
        Elements(bytes, budget, cluster.Start, cluster.End).Take(10).Any(e => e.Id is SimpleBlockId or BlockGroupId);

    private static bool TryReadTracks(VideoBytes bytes, Budget budget, Element tracks, ref MediaFacts facts)
    {
        foreach (var track in Elements(bytes, budget, tracks.Start, tracks.End).Where(e => e.Id == TrackEntryId))
        {
            var members = Elements(bytes, budget, track.Start, track.End).ToList();
            if (!members.Any(e => e.Id == TrackTypeId && NumberOf(bytes, e) == PictureTrack))
                continue;
            var picture = members.Where(e => e.Id == VideoId).SelectMany(e => Elements(bytes, budget, e.Start, e.End)).ToList();
            facts = facts with { Codec = CodecOf(bytes, members), Width = PixelsOf(PixelWidthId), Height = PixelsOf(PixelHeightId) };
            return true;

            int? PixelsOf(uint id) =>
                picture.Where(e => e.Id == id).Select(e => NumberOf(bytes, e)).FirstOrDefault() is > 0 and < int.MaxValue and var pixels
                    ? (int)pixels
                    : null;
        }

        return false;
    }

    private static string? CodecOf(VideoBytes bytes, List<Element> track)
    {
        var id = track.Where(e => e.Id == CodecIdId).Select(e => TextOf(bytes, e)).FirstOrDefault();
        var header = track.FirstOrDefault(e => e.Id == CodecPrivateId);
        if (id == OfVideoForWindows && header.End - header.Start >= CompressionAt + 4)
            return Codecs.NameOf(TextOf(bytes, new Element(0, header.Start + CompressionAt, header.Start + CompressionAt + 4))) ?? id;
        return id is null ? null : Codecs.NameOf(id);
    }

    private static double? DurationOf(VideoBytes bytes, Budget budget, Element info)
    {
        var scale = UsualTimestampScale;
        double? duration = null;
        foreach (var element in Elements(bytes, budget, info.Start, info.End))
        {
            if (element.Id == TimestampScaleId && NumberOf(bytes, element) is > 0 and var nanoseconds)
                scale = nanoseconds;
            else if (element.Id == DurationId)
                duration = FloatOf(bytes, element);
        }

        return duration * scale / 1e9 is > 0 and < 1e9 and var seconds ? Math.Round(seconds, 3) : null;
    }

    private static IEnumerable<Element> Elements(VideoBytes bytes, Budget budget, long from, long to)
    {
        var buffer = new byte[12];
        var at = from;
        for (; budget.Left > 0 && at < to; budget.Left--)
        {
            var read = bytes.Read(buffer, at);
            if (!TryReadHeader(buffer.AsSpan(0, read), out var id, out var size, out var length))
                yield break;
            var start = at + length;
            if (start > to)
                yield break;

            // A live recording does not know how long its segment will be: it goes on to the end. What is cut ends there, too.
            var end = size is null ? to : Math.Min(to, start + size.Value);
            yield return new Element(id, start, end);
            at = end;
        }
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> from, out uint id, out long? size, out int length)
    {
        id = 0;
        size = null;
        length = 0;
        if (from.IsEmpty)
            return false;
        var idLength = LeadingZeros(from[0]) + 1;
        if (idLength > 4 || from.Length <= idLength)
            return false;
        for (var i = 0; i < idLength; i++)
            id = (id << 8) | from[i];

        var sizeLength = LeadingZeros(from[idLength]) + 1;
        length = idLength + sizeLength;
        if (sizeLength > 8 || from.Length < length)
            return false;
        var unknown = (1L << (7 * sizeLength)) - 1;
        var value = from[idLength] & ((1L << (8 - sizeLength)) - 1);
        for (var i = idLength + 1; i < length; i++)
            value = (value << 8) | from[i];
        size = value == unknown ? null : value;
        return true;

        static int LeadingZeros(byte value) => System.Numerics.BitOperations.LeadingZeroCount((uint)value) - 24;
    }

    private static long NumberOf(VideoBytes bytes, Element element)
    {
        Span<byte> body = stackalloc byte[8];
        body = body[..(int)Math.Min(8, element.End - element.Start)];
        long value = 0;
        foreach (var one in body[..bytes.Read(body, element.Start)])
            value = (value << 8) | one;
        return value;
    }

    private static double? FloatOf(VideoBytes bytes, Element element)
    {
        Span<byte> body = stackalloc byte[8];
        var length = (int)Math.Min(8, element.End - element.Start);
        return bytes.Read(body[..length], element.Start) switch
        {
            4 => BinaryPrimitives.ReadSingleBigEndian(body),
            8 => BinaryPrimitives.ReadDoubleBigEndian(body),
            _ => null,
        };
    }

    private static string TextOf(VideoBytes bytes, Element element)
    {
        Span<byte> body = stackalloc byte[64];
        body = body[..(int)Math.Min(body.Length, element.End - element.Start)];
        return Encoding.ASCII.GetString(body[..bytes.Read(body, element.Start)]).TrimEnd('\0');
    }

    // A real file has some hundred elements before its first cluster; a hostile one may have millions.
    private sealed class Budget
    {
        public int Left { get; set; } = 10_000;
    }

    private readonly record struct Element(uint Id, long Start, long End);
}
