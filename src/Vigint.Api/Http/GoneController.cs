using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Vigint.Domain;

namespace Vigint.Api.Http;

/// <summary>Addresses that the old API server forwarded to other services (contract §8).</summary>
[ApiController]
[AllowAnonymous]
public sealed class GoneController : ControllerBase
{
    [Route("api/rtsp/{**rest}")]
    public EmptyResult Rtsp() => throw NoRtsp();

    [Route("api/billing/{**rest}")]
    public EmptyResult Billing() => throw NoBilling();

    internal static RefusedException NoRtsp() =>
        new(
            Refusal.Gone,
            "rtsp_gone",
            "RTSP streams are no longer served here",
            "The old server passed these calls on to a service of its own; talk to that one"
        );

    internal static RefusedException NoBilling() =>
        new(
            Refusal.Gone,
            "billing_gone",
            "Billing is no longer served here",
            "What was used and what it cost is at /api/usage and /admin/usage"
        );
}
