namespace Vigint.UnitTests.House;

/// <summary>Features are the modules of the application; they form no circle (docs/architecture.md).</summary>
public sealed class FeatureGraphTests
{
    // From the top down: a feature may use those below it. What stands in one line knows nothing of each other.
    private static readonly string[][] Floors =
    [
        ["Lifecycle"],
        ["Alerts"],
        ["Analysis"],
        ["Videos"],
        ["Media"],
        ["Usage", "Audit", "Clients", "Storage", "Clock", "Idempotency"],
        ["Common"],
    ];

    [Test]
    public void A_feature_uses_only_features_below_it()
    {
        var graph = FeatureGraph.Of("Vigint.Application");
        TestContext.Out.WriteLine(graph);

        Assert.That(graph.Uses.Keys, Is.EquivalentTo(Floors.SelectMany(floor => floor)), "each feature has its place");
        Assert.That(
            graph.Uses.SelectMany(one => one.Value.Where(used => FloorOf(used) <= FloorOf(one.Key)).Select(used => $"{one.Key} → {used}")),
            Is.Empty
        );
    }

    [TestCase("Vigint.Application")]
    [TestCase("Vigint.Infrastructure")]
    public void The_folders_of_a_project_form_no_circle(string project)
    {
        var graph = FeatureGraph.Of(project);
        TestContext.Out.WriteLine(graph);

        Assert.That(string.Join(" → ", graph.Circle()), Is.Empty);
    }

    [Test]
    public void A_circle_is_found_however_long_it_is()
    {
        var graph = FeatureGraph.Of(
            "P",
            [
                ("One", "using P.Two;"),
                ("Two", "internal sealed class Second { Three.Third third; }"),
                ("Three", "public enum Third { } // P.One.X"),
            ]
        );

        Assert.That(graph.Circle(), Is.EqualTo(["One", "Two", "Three", "One"]));
    }

    [Test]
    public void Features_that_use_one_another_in_one_direction_form_no_circle()
    {
        var graph = FeatureGraph.Of("P", [("One", "using P.Two;\nusing P.Three;"), ("Two", "using P.Three;"), ("Three", "")]);

        Assert.That(graph.Circle(), Is.Empty);
    }

    private static int FloorOf(string feature) => Array.FindIndex(Floors, floor => floor.Contains(feature));
}
