using System.Text.Json.Nodes;
using Vigint.Application.Analysis;
using Vigint.Infrastructure.Gemini;

namespace Vigint.UnitTests.Analysis;

public sealed class VerdictTests
{
    [TestCase("analysis")]
    [TestCase("description")]
    [TestCase("incident_detected")]
    [TestCase("incident_type")]
    public void Without_a_required_member_it_does_not_fit(string name)
    {
        var verdict = Incident();
        verdict.Remove(name);

        Assert.That(Read(verdict), Is.Null);
    }

    [TestCase("analysis", "null")]
    [TestCase("analysis", "\" \"")]
    [TestCase("analysis", "[]")]
    [TestCase("description", "\"\"")]
    [TestCase("description", "5")]
    [TestCase("incident_detected", "\"true\"")]
    [TestCase("incident_detected", "1")]
    [TestCase("incident_detected", "null")]
    [TestCase("incident_type", "\"\"")]
    [TestCase("incident_type", "{}")]
    [TestCase("confidence", "\"high\"")]
    [TestCase("incident_start_seconds", "\"0:05\"")]
    public void With_a_member_that_is_blank_or_of_the_wrong_type_it_does_not_fit(string name, string json)
    {
        var verdict = Incident();
        verdict[name] = JsonNode.Parse(json);

        Assert.That(Read(verdict), Is.Null);
    }

    [TestCase("", TestName = "Nothing_is_no_verdict")]
    [TestCase("null", TestName = "Null_is_no_verdict")]
    [TestCase("[]", TestName = "A_list_is_no_verdict")]
    [TestCase("{} {}", TestName = "Two_objects_are_no_verdict")]
    public void What_is_no_object_does_not_fit(string text) => Assert.That(Verdict.Read(text, duration: null), Is.Null);

    [Test]
    public void Members_that_nobody_asked_for_do_no_harm()
    {
        var verdict = Incident();
        verdict["mood"] = "good";

        Assert.That(Read(verdict)?.IncidentDetected, Is.True);
    }

    [TestCase(3.0, 8.5, 3.0, 8.5, TestName = "A_period_is_kept")]
    [TestCase(3.0, 3.0, 3.0, 3.0, TestName = "A_moment_is_kept")]
    [TestCase(8.5, 3.0, null, null, TestName = "A_period_that_ends_before_it_starts_is_left_out")]
    [TestCase(-1.0, 3.0, null, 3.0, TestName = "A_start_before_the_clip_is_left_out")]
    [TestCase(3.0, 100_000.0, 3.0, null, TestName = "An_end_beyond_the_longest_clip_is_left_out")]
    [TestCase(null, 3.0, null, 3.0, TestName = "An_end_alone_is_kept")]
    [TestCase(null, null, null, null, TestName = "Without_a_period_there_is_none")]
    public void Periods_are_what_they_can_be(double? start, double? end, double? startLeft, double? endLeft)
    {
        var verdict = Incident();
        verdict["incident_start_seconds"] = start;
        verdict["incident_end_seconds"] = end;

        var observation = Read(verdict)!;

        Assert.That((observation.StartSeconds, observation.EndSeconds), Is.EqualTo((startLeft, endLeft)));
    }

    [TestCase(3.0, 8.5, 3.0, 8.5, TestName = "A_period_within_the_clip_is_kept")]
    [TestCase(3.0, 10.0, 3.0, 10.0, TestName = "An_end_in_the_last_second_that_has_begun_is_kept")]
    [TestCase(3.0, 10.1, 3.0, null, TestName = "An_end_beyond_the_clip_is_left_out")]
    [TestCase(11.0, 12.0, null, null, TestName = "A_period_beyond_the_clip_is_left_out")]
    public void Periods_are_within_the_clip_where_its_duration_is_known(double start, double end, double? startLeft, double? endLeft)
    {
        var verdict = Incident();
        verdict["incident_start_seconds"] = start;
        verdict["incident_end_seconds"] = end;

        var observation = Read(verdict, TimeSpan.FromSeconds(9.6))!;

        Assert.That((observation.IncidentDetected, observation.StartSeconds, observation.EndSeconds), Is.EqualTo((true, startLeft, endLeft)));
    }

    [TestCase(0, ExpectedResult = 0.0)]
    [TestCase(1, ExpectedResult = 1.0)]
    [TestCase(-0.1, ExpectedResult = null)]
    [TestCase(95, ExpectedResult = null)]
    public double? Confidence_is_from_0_to_1_or_left_out(double said)
    {
        var verdict = Incident();
        verdict["confidence"] = said;

        return Read(verdict)!.Confidence;
    }

    [Test]
    public void Without_an_incident_there_is_neither_kind_nor_period()
    {
        var verdict = Incident();
        verdict["incident_detected"] = false;

        var observation = Read(verdict)!;

        Assert.That((observation.IncidentType, observation.StartSeconds, observation.EndSeconds), Is.EqualTo(("none", (double?)null, (double?)null)));
    }

    [Test]
    public void Texts_are_bounded()
    {
        var verdict = Incident();
        verdict["incident_type"] = new string('t', 5000);
        verdict["description"] = new string('d', 5000);
        verdict["analysis"] = new string('a', 50_000);

        var observation = Read(verdict)!;

        Assert.That((observation.IncidentType.Length, observation.Description.Length, observation.Analysis.Length), Is.EqualTo((100, 1000, 10_000)));
    }

    [Test]
    public void A_text_is_not_cut_within_a_character()
    {
        var verdict = Incident();
        verdict["incident_type"] = new string('t', 99) + "🎥";

        Assert.That(Read(verdict)!.IncidentType, Is.EqualTo(new string('t', 99)));
    }

    private static Observation? Read(JsonObject verdict, TimeSpan? duration = null) => Verdict.Read(verdict.ToJsonString(), duration);

    private static JsonObject Incident() => new()
    {
        ["analysis"] = "Someone takes a bottle, hides it and leaves.",
        ["description"] = "Someone takes a bottle.",
        ["incident_detected"] = true,
        ["incident_type"] = "shoplifting",
        ["incident_start_seconds"] = 1,
        ["incident_end_seconds"] = 2,
    };
}
