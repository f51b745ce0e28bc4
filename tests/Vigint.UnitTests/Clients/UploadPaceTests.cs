using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Domain;
using Vigint.Domain.Clients;
using Vigint.TestSupport;
using Vigint.UnitTests.Common;

namespace Vigint.UnitTests.Clients;

public sealed class UploadPaceTests
{
    private readonly WallStepClock clock = new();

    [Test]
    public void Many_clients_free_none_who_has_used_up_its_minute()
    {
        var pace = new UploadPace(clock);
        pace.RequireUpload(Client(1));
        for (var id = 2; id < 5000; id++)
            pace.RequireUpload(Client(id));

        Assert.That(
            () => pace.RequireUpload(Client(1)),
            Throws.TypeOf<RefusedException>().With.Property(nameof(RefusedException.Refusal)).EqualTo(Refusal.TooMany)
        );
    }

    [Test]
    public void Those_who_have_not_uploaded_for_a_minute_are_forgotten_when_it_is_full()
    {
        var pace = new UploadPace(clock);
        for (var round = 0; round < 10; round++)
        {
            for (var id = 0; id < 900; id++)
                pace.RequireUpload(Client((round * 900) + id));
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(pace.Count, Is.LessThanOrEqualTo(1000));
    }

    [Test]
    public void A_step_of_the_wall_clock_frees_nobody()
    {
        var pace = new UploadPace(clock);
        pace.RequireUpload(Client(1));
        clock.Step(TimeSpan.FromHours(1));

        Assert.That(() => pace.RequireUpload(Client(1)), Throws.TypeOf<RefusedException>());
    }

    private static Caller Client(int id) => A.Client() with { ClientId = id, Limits = ClientLimits.None with { UploadsPerMinute = 1 } };
}
