using System.Text.RegularExpressions;

namespace Vigint.ContractTests;

/// <summary>Contract, errors: what a problem's <c>type</c> leads to.</summary>
public sealed partial class ProblemPageTests : ContractFixture
{
    [Test]
    public async Task The_type_of_a_problem_is_the_address_of_a_page_about_its_code()
    {
        var problem = await Api.GetAsync("/api/v1/videos/nothing");
        var page = await Anybody.GetAsync(problem.Text("type"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((problem.Text("code"), problem.Text("type")), Is.EqualTo(("video_not_found", "/problems/video_not_found")));
            Assert.That((page.Status, page.Header("Content-Type")), Is.EqualTo((200, "text/html; charset=utf-8")));
            Assert.That(
                page.BodyText,
                Does.Contain("<h1>video_not_found</h1>").And.Contain("HTTP status 404").And.Contain("Video not found")
            );
            Assert.That(page.BodyText, Does.Contain("No video of yours has that id"));
        }
    }

    [Test]
    public async Task Each_code_of_the_list_has_its_page()
    {
        var list = await Anybody.GetAsync("/problems");
        var addresses = Address().Matches(list.BodyText).Select(match => match.Groups[1].Value).ToList();
        var statuses = new List<int>();
        foreach (var address in addresses)
            statuses.Add((await Anybody.GetAsync($"/{address}")).Status);

        Assert.That(addresses, Has.Count.GreaterThan(130).And.Unique);
        Assert.That(statuses, Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_code_that_there_is_not_is_a_problem_itself() =>
        Assert.That((await Anybody.GetAsync("/problems/no_such_code")).Text("code"), Is.EqualTo("not_found"));

    [GeneratedRegex("href=\"(problems/[a-z0-9_]+)\"")]
    private static partial Regex Address();
}
