using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Api.Usage;

/// <summary>Notes every call that was made with a key (contract §7), after it was answered.</summary>
internal static class CallRecording
{
    public static IApplicationBuilder UseCallRecording(this IApplicationBuilder app)
    {
        var journal = app.ApplicationServices.GetRequiredService<Journal<RecordedCall>>();
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                if (context.CallerOrNull() is { } caller)
                    journal.Note(CallOf(context, caller, clock.GetUtcNow()));
            }
        });
    }

    private static RecordedCall CallOf(HttpContext context, Caller caller, DateTimeOffset now) => new(
        RecordId.Next(now), now, caller.ClientId, caller.KeyId, context.Route(), context.Request.Method, context.AnsweredStatus(),
        Cost: 0);
}
