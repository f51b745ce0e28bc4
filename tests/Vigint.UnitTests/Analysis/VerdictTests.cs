using System.Text.Json.Nodes;
using Vigint.Application.Analysis;
using Vigint.Infrastructure.Gemini;

namespace Vigint.UnitTests.Analysis;

public sealed class VerdictTests
{
    [TestCase(null)]
    [TestCase("null")]
    [TestCase("\"true\"")]
    [TestCase("\"\"")]
    [TestCase("1")]
    [TestCase("[false]")]
    [TestCase("{}")]
    public void Without_a_yes_or_no_it_does_not_fit(string? said)
    {
        var verdict = Incident();
        verdict.Remove("incident_detected");
        if (said is not null)
            verdict["incident_detected"] = JsonNode.Parse(said);

        Assert.That(Read(verdict), Is.Null);
    }

    [TestCase("{\"incident_detected\":true,\"incident_detected\":false}")]
    [TestCase("{\"incident_detected\":null,\"incident_detected\":false}")]
    [TestCase("{\"incident_detected\":false,\"incident_detected\":\"true\"}")]
    public void Yes_and_no_at_once_does_not_fit(string text) => Assert.That(Verdict.Read(text, duration: null), Is.Null);

    // Nothing else makes a verdict unusable

    [TestCase(false, null, "none")]
    [TestCase(false, "\"\"", "none")]
    [TestCase(false, "\" \\t\"", "none")]
    [TestCase(false, "null", "none")]
    [TestCase(false, "5", "none")]
    [TestCase(false, "[\"theft\"]", "none")]
    [TestCase(true, null, "other")]
    [TestCase(true, "\"\"", "other")]
    [TestCase(true, "\"\\n\"", "other")]
    [TestCase(true, "null", "other")]
    [TestCase(true, "{}", "other")]
    [TestCase(true, "\"none\"", "other")]
    [TestCase(true, "\"None\"", "other")]
    [TestCase(true, "\"half \\ud800\"", "half \ufffd")]
    public void A_kind_that_is_none_follows_from_the_verdict(bool incident, string? said, string kind)
    {
        var observation = Verdict.Read(With("incident_type", said, incident), duration: null);

        Assert.That((observation?.IncidentDetected, observation?.IncidentType), Is.EqualTo((incident, kind)));
    }

    [TestCase("analysis", null, "Someone takes a bottle.", "Someone takes a bottle.")]
    [TestCase("analysis", "\" \"", "Someone takes a bottle.", "Someone takes a bottle.")]
    [TestCase("analysis", "[]", "Someone takes a bottle.", "Someone takes a bottle.")]
    [TestCase("analysis", "null", "Someone takes a bottle.", "Someone takes a bottle.")]
    [TestCase("analysis", "\"half \\ud800\"", "Someone takes a bottle.", "half \ufffd")]
    [TestCase("description", null, "Someone takes a bottle, hides it and leaves.", "Someone takes a bottle, hides it and leaves.")]
    [TestCase("description", "\"\"", "Someone takes a bottle, hides it and leaves.", "Someone takes a bottle, hides it and leaves.")]
    [TestCase("description", "5", "Someone takes a bottle, hides it and leaves.", "Someone takes a bottle, hides it and leaves.")]
    public void A_text_that_is_missing_is_replaced_by_the_other(string name, string? said, string description, string analysis)
    {
        var observation = Verdict.Read(With(name, said), duration: null);

        Assert.That((observation?.Description, observation?.Analysis), Is.EqualTo((description, analysis)));
    }

    [TestCase("{\"incident_detected\":false}")]
    [TestCase("{\"incident_detected\":false,\"analysis\":\" \",\"description\":\"\"}")]
    public void Without_any_text_it_fits_all_the_same(string text)
    {
        var observation = Verdict.Read(text, duration: null);

        Assert.That((observation?.IncidentDetected, observation?.Description, observation?.Analysis), Is.EqualTo((false, "", "")));
    }

    [TestCase("confidence", "\"high\"")]
    [TestCase("confidence", "NaN")]
    [TestCase("confidence", "[1]")]
    [TestCase("confidence", "1e999")]
    [TestCase("incident_start_seconds", "\"0:05\"")]
    [TestCase("incident_start_seconds", "Infinity")]
    [TestCase("incident_end_seconds", "{}")]
    [TestCase("incident_end_seconds", "true")]
    public void A_figure_that_is_none_is_left_out(string name, string said)
    {
        var observation = Verdict.Read(With(name, said), duration: null);

        Assert.That(
            (observation?.IncidentDetected, observation?.Confidence, observation?.StartSeconds, observation?.EndSeconds),
            Is.EqualTo(
                (
                    true,
                    (double?)null,
                    name == "incident_start_seconds" ? (double?)null : 1,
                    name == "incident_end_seconds" ? (double?)null : 2
                )
            )
        );
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

        Assert.That(
            (observation.IncidentDetected, observation.StartSeconds, observation.EndSeconds),
            Is.EqualTo((true, startLeft, endLeft))
        );
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

        Assert.That(
            (observation.IncidentType, observation.StartSeconds, observation.EndSeconds),
            Is.EqualTo(("none", (double?)null, (double?)null))
        );
    }

    [Test]
    public void Texts_are_bounded()
    {
        var verdict = Incident();
        verdict["incident_type"] = new string('t', 5000);
        verdict["description"] = new string('d', 5000);
        verdict["analysis"] = new string('a', 50_000);

        var observation = Read(verdict)!;

        Assert.That(
            (observation.IncidentType.Length, observation.Description.Length, observation.Analysis.Length),
            Is.EqualTo((100, 1000, 10_000))
        );
    }

    [Test]
    public void A_text_is_not_cut_within_a_character()
    {
        var verdict = Incident();
        verdict["incident_type"] = new string('t', 99) + "🎥";

        Assert.That(Read(verdict)!.IncidentType, Is.EqualTo(new string('t', 99)));
    }

    private static Observation? Read(JsonObject verdict, TimeSpan? duration = null) => Verdict.Read(verdict.ToJsonString(), duration);

    /// <param name="said">JSON, or what some take for it; null to leave the member out.</param>
    private static string With(string name, string? said, bool incident = true)
    {
        var verdict = Incident();
        verdict["incident_detected"] = incident;
        verdict.Remove(name);
        return said is null ? verdict.ToJsonString() : verdict.ToJsonString()[..^1] + $",\"{name}\":{said}}}";
    }

    private static JsonObject Incident() =>
        new()
        {
            ["analysis"] = "Someone takes a bottle, hides it and leaves.",
            ["description"] = "Someone takes a bottle.",
            ["incident_detected"] = true,
            ["incident_type"] = "shoplifting",
            ["incident_start_seconds"] = 1,
            ["incident_end_seconds"] = 2,
        };
}
