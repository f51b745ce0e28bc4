using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Vigint.Api.Videos;

/// <param name="Status">200, 206, 304, 412 or 416.</param>
/// <param name="From">First byte to send.</param>
/// <param name="Count">How many; 0 when nothing is sent.</param>
internal readonly record struct ByteSelection(int Status, long From, long Count);

/// <summary>Decides what of a file a request gets (RFC 9110 §13 and §14). Several ranges in one request get the whole file.</summary>
internal static class ConditionalRequest
{
    /// <param name="lastModified">In whole seconds.</param>
    /// <param name="isHead">Ranges are defined for GET alone.</param>
    public static ByteSelection Decide(
        RequestHeaders headers,
        EntityTagHeaderValue tag,
        DateTimeOffset lastModified,
        long length,
        bool isHead
    )
    {
        if (PreconditionFails(headers, tag, lastModified))
            return new ByteSelection(StatusCodes.Status412PreconditionFailed, 0, 0);
        if (IsUnchanged(headers, tag, lastModified))
            return new ByteSelection(StatusCodes.Status304NotModified, 0, 0);

        var whole = new ByteSelection(StatusCodes.Status200OK, 0, length);
        if (
            isHead
            || headers.Range is not { } range
            || range.Unit != "bytes"
            || range.Ranges.Count != 1
            || !RangeApplies(headers, tag, lastModified)
        )
            return whole;
        return Select(range.Ranges.First(), length);
    }

    private static ByteSelection Select(RangeItemHeaderValue range, long length)
    {
        // A range without a beginning is the last bytes.
        var from = range.From ?? Math.Max(0, length - range.To!.Value);
        var to = range.From is null ? length - 1 : Math.Min(range.To ?? long.MaxValue, length - 1);
        return from > to
            ? new ByteSelection(StatusCodes.Status416RangeNotSatisfiable, 0, 0)
            : new ByteSelection(StatusCodes.Status206PartialContent, from, to - from + 1);
    }

    private static bool PreconditionFails(RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        if (headers.IfMatch is { Count: > 0 } match)
            return !match.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true));
        return headers.IfUnmodifiedSince is { } since && lastModified > since;
    }

    private static bool IsUnchanged(RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        if (headers.IfNoneMatch is { Count: > 0 } match)
            return match.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false));
        return headers.IfModifiedSince is { } since && lastModified <= since;
    }

    // A condition that cannot be read is not met: its sender holds a part of something else.
    private static bool RangeApplies(RequestHeaders headers, EntityTagHeaderValue tag, DateTimeOffset lastModified)
    {
        if (headers.Headers.IfRange.Count == 0)
            return true;
        if (headers.IfRange is not { } condition)
            return false;
        return condition.EntityTag is not null
            ? condition.EntityTag.Compare(tag, useStrongComparison: true)
            : condition.LastModified == lastModified;
    }
}
