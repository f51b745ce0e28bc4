using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Vigint.Application.Common;
using Vigint.Application.Lifecycle.CleanUp;
using Vigint.Application.Videos.TakeInFolder;
using Vigint.Domain;
using Vigint.TestSupport;

namespace Vigint.UnitTests.Storage;

public sealed class CleanUpTests
{
    [Test]
    public async Task While_the_folder_is_being_taken_in_it_is_refused_with_how_far_that_is([Values] bool dryRun, [Values] bool client)
    {
        var clock = new FakeTimeProvider(A.Noon);
        var progress = new TakeInProgress();
        progress.Start(10_000);
        progress.Add(8_917);

        // It has nothing to delete with: what is refused deletes nothing.
        var handler = new CleanUpHandler(cleaner: null!, progress, clock, NullLogger<CleanUpHandler>.Instance);
        var caller = client
            ? new Caller(3, "Corner shop", "shop@example.org", "owner-3")
            : new Caller(0, Caller.OperatorName, "operator@example.org", Domain.Videos.Video.OperatorOwner);

        var cleaning = handler.Handle(new CleanUpCommand(caller, "all", null, dryRun), default);
        clock.Advance(TimeSpan.FromSeconds(2));

        RefusedException? refused = null;
        try
        {
            await cleaning;
        }
        catch (RefusedException exception)
        {
            refused = exception;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (refused?.Refusal, refused?.RetryAfter),
                Is.EqualTo(((Refusal?)Refusal.Unavailable, (TimeSpan?)TimeSpan.FromSeconds(5)))
            );
            Assert.That(refused?.Message, Is.EqualTo("The storage folder is still being taken in: 8917 of 10000 videos"));
            Assert.That((refused?.Figures["taken_in"], refused?.Figures["found"]), Is.EqualTo(((long?)8_917, (long?)10_000)));
        }
    }
}
