using System.Diagnostics;
using OpenTelemetry;

namespace Vigint.Api.Telemetry;

/// <summary>
/// Takes addresses out of every span before it is sent: they hold tokens of links, and those of uploads to the model are secrets
/// themselves. What is left is the route of a request that came in, and the host of one that went out.
/// </summary>
internal sealed class AddressRedaction : BaseProcessor<Activity>
{
    private const string Path = "url.path";
    private const string Query = "url.query";
    private const string Full = "url.full";

    public override void OnEnd(Activity data)
    {
        data.SetTag(Query, null);
        data.SetTag(Path, null);
        if (data.GetTagItem(Full) is string address)
            data.SetTag(Full, Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null);
    }
}
