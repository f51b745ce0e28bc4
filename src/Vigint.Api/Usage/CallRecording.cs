using Vigint.Api.Http;
using Vigint.Api.Keys;
using Vigint.Application.Common;
using Vigint.Application.Usage;

namespace Vigint.Api.Usage;

/// <summary>Notes every call that was made with a key (contract §7), after it was answered.</summary>
internal static class CallRecording
{
    private static readonly object PriceItem = new();

    public static IApplicationBuilder UseCallRecording(this IApplicationBuilder app)
    {
        var journal = app.ApplicationServices.GetRequiredService<Journal<RecordedCall>>();
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(
            async (context, next) =>
            {
                var begun = clock.GetTimestamp();
                try
                {
                    await next(context);
                }
                finally
                {
                    if (context.CallerOrNull() is { } caller)
                        journal.Note(CallOf(context, caller, clock.GetElapsedTime(begun), clock.GetUtcNow()));
                }
            }
        );
    }

    /// <summary>What the call costs, provided that it is answered as asked.</summary>
    public static void Charge(this HttpContext context, CallPrice price) => context.Items[PriceItem] = price;

    private static RecordedCall CallOf(HttpContext context, Caller caller, TimeSpan took, DateTimeOffset now)
    {
        var status = context.AnsweredStatus();
        var cost =
            status < StatusCodes.Status400BadRequest && context.Items.TryGetValue(PriceItem, out var price)
                ? ((CallPrice)price!).For(took)
                : 0;
        return new RecordedCall(
            RecordId.Next(now),
            now,
            caller.ClientId,
            caller.KeyId,
            context.Route(),
            context.Request.Method,
            status,
            cost
        );
    }
}
