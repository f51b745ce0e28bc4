using Vigint.Domain.Alerts;

namespace Vigint.UnitTests.Alerts;

/// <summary>Contract §7, the same incident: in doubt it is another one.</summary>
public sealed class IncidentMarksTests
{
    private static readonly IncidentMarks OldClients = IncidentMarks.Of("A man takes a bottle.", sourceId: null, incidentType: null);
    private static readonly IncidentMarks AtTill = IncidentMarks.Of("A man takes a bottle.", "till", "shoplifting");

    private static IEnumerable<TestCaseData> Pairs()
    {
        yield return Case("The_same_text_is_the_same", OldClients, IncidentMarks.Of(" A man takes a bottle. ", null, null), true);
        yield return Case("Another_text_is_another", OldClients, IncidentMarks.Of("A man takes two bottles.", null, null), false);
        yield return Case(
            "The_same_text_of_another_camera_is_another",
            AtTill,
            IncidentMarks.Of("A man takes a bottle.", "door", "robbery"),
            false
        );
        yield return Case("The_same_text_without_a_camera_is_the_same", AtTill, OldClients, true);
        yield return Case(
            "The_same_kind_at_the_same_camera_is_the_same",
            AtTill,
            IncidentMarks.Of("Somebody conceals goods.", "till", " Shoplifting"),
            true
        );
        yield return Case(
            "The_same_kind_at_another_camera_is_another",
            AtTill,
            IncidentMarks.Of("Somebody conceals goods.", "door", "shoplifting"),
            false
        );
        yield return Case("Another_kind_at_the_same_camera_is_another", AtTill, IncidentMarks.Of("A fight.", "till", "violence"), false);
        yield return Case(
            "The_same_camera_without_a_kind_is_another",
            IncidentMarks.Of("One.", "till", " "),
            IncidentMarks.Of("Another.", "till", ""),
            false
        );
        yield return Case(
            "The_same_kind_without_a_camera_is_another",
            IncidentMarks.Of("One.", null, "theft"),
            IncidentMarks.Of("Another.", null, "theft"),
            false
        );
        yield return Case("The_same_bytes_are_the_same", Clip("One.", "aa"), Clip("Another.", "aa"), true);
        yield return Case(
            "The_same_bytes_from_two_cameras_are_another",
            Camera("One.", "aa", "door"),
            Camera("Another.", "aa", "till"),
            false
        );
        yield return Case("Other_bytes_are_another", Clip("One.", "aa"), Clip("Another.", "bb"), false);
        yield return Case("No_clip_is_not_the_same_as_no_clip", Clip("One.", null), Clip("Another.", null), false);
        yield return Case("The_same_stored_video_is_the_same", Stored("One.", "v"), Stored("Another.", "v"), true);

        static IncidentMarks Camera(string text, string sha256, string source) =>
            IncidentMarks.Of(text, source, null) with
            {
                ClipSha256 = sha256,
            };
        static IncidentMarks Clip(string text, string? sha256) => IncidentMarks.Of(text, null, null) with { ClipSha256 = sha256 };
        static IncidentMarks Stored(string text, string id) => IncidentMarks.Of(text, null, null) with { VideoId = id };
        static TestCaseData Case(string name, IncidentMarks first, IncidentMarks next, bool isSame) =>
            new TestCaseData(first, next, isSame).SetName(name);
    }

    [TestCaseSource(nameof(Pairs))]
    public void Is_it_the_same(IncidentMarks first, IncidentMarks next, bool isSame)
    {
        Assert.That(first.AreThoseOf(next), Is.EqualTo(isSame));
        Assert.That(next.AreThoseOf(first), Is.EqualTo(isSame));
    }
}
