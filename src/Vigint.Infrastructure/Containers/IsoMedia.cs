using System.Buffers.Binary;
using System.Text;
using Vigint.Application.Videos;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Containers;

/// <summary>
/// MP4 and MOV: boxes of a size and a type (ISO/IEC 14496-12; Apple's QuickTime File Format). Only headers are read, wherever in
/// the file they stand; sample data is skipped. Damaged boxes end the reading, not the upload.
/// </summary>
internal static class IsoMedia
{
    /// <param name="needsIndex">Whether the signature alone is too weak, so that the index must be there.</param>
    /// <returns>Null when the index shows that there is no picture track.</returns>
    public static MediaFacts? Read(VideoBytes bytes, string contentType, bool needsIndex)
    {
        var budget = new Budget();
        foreach (var box in Boxes(bytes, 0, bytes.SizeBytes, budget))
        {
            if (box.Type == "moov")
                return ReadIndex(bytes, box, contentType, budget);
        }

        return needsIndex ? null : new MediaFacts(contentType);
    }

    /// <summary>Whether what is needed to play comes before what is played.</summary>
    public static bool HasIndexInFront(VideoBytes bytes) =>
        Boxes(bytes, 0, bytes.SizeBytes, new Budget()).FirstOrDefault(box => box.Type is "moov" or "mdat").Type == "moov";

    private static MediaFacts? ReadIndex(VideoBytes bytes, Box index, string contentType, Budget budget)
    {
        double? duration = null;
        Track? picture = null;
        foreach (var box in Boxes(bytes, index.BodyStart, index.End, budget))
        {
            if (box.Type == "mvhd")
                duration = ReadDuration(bytes, box);
            else if (box.Type == "trak" && picture is null && ReadTrack(bytes, box, budget) is { IsPicture: true } track)
                picture = track;
        }

        return picture is null ? null : new MediaFacts(contentType, duration, picture.Width, picture.Height, picture.Codec);
    }

    private static Track ReadTrack(VideoBytes bytes, Box track, Budget budget)
    {
        var found = new Track();
        foreach (var media in Boxes(bytes, track.BodyStart, track.End, budget).Where(box => box.Type == "mdia"))
        {
            foreach (var box in Boxes(bytes, media.BodyStart, media.End, budget))
            {
                if (box.Type == "hdlr")
                    found.IsPicture = ReadText(bytes, box.BodyStart + 8, 4) == "vide";
                else if (box.Type == "minf")
                    ReadSampleDescription(bytes, box, found, budget);
            }
        }

        return found;
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
            into.Codec = Codecs.NameOf(entry.Type);
            if (bytes.Read(size, entry.BodyStart + 24) < size.Length)
                continue;
            into.Width = Positive(BinaryPrimitives.ReadUInt16BigEndian(size));
            into.Height = Positive(BinaryPrimitives.ReadUInt16BigEndian(size[2..]));
        }
    }

    private static double? ReadDuration(VideoBytes bytes, Box header)
    {
        // Version and flags, two times, time scale, duration; the times and the duration are wider in version 1.
        Span<byte> body = stackalloc byte[32];
        if (bytes.Read(body, header.BodyStart) < 20)
            return null;
        var isWide = body[0] == 1;
        var scale = BinaryPrimitives.ReadUInt32BigEndian(body[(isWide ? 20 : 12)..]);
        var duration = isWide ? BinaryPrimitives.ReadUInt64BigEndian(body[24..]) : BinaryPrimitives.ReadUInt32BigEndian(body[16..]);
        var isUnknown = duration is 0 or ulong.MaxValue || (!isWide && duration == uint.MaxValue);
        return scale == 0 || isUnknown ? null : Math.Round((double)duration / scale, 3);
    }

    private static IEnumerable<Box> Boxes(VideoBytes bytes, long from, long to, Budget budget)
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
                size = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8));
                bodyStart += 8;
            }
            else if (size == 0)
            {
                size = to - at;
            }

            if (size < bodyStart - at || size > to - at)
                yield break;
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

    private readonly record struct Box(string Type, long BodyStart, long End);

    // A real file has a few dozen boxes; a hostile one may have millions.
    private sealed class Budget
    {
        public int Left { get; set; } = 10_000;
    }

    private sealed class Track
    {
        public bool IsPicture { get; set; }

        public int? Width { get; set; }

        public int? Height { get; set; }

        public string? Codec { get; set; }
    }
}
