using Vigint.TestSupport;

namespace Vigint.ContractTests;

/// <summary>Contract §2, the administrator's key and the keys of clients.</summary>
[Explicit("The calls of the administration come with their own issue.")]
public sealed class AdminKeyTests : ContractFixture
{
    [Test]
    public async Task Without_a_key_it_is_said_that_an_admin_key_is_required()
    {
        var answer = await Api.GetAsync("/admin/clients");

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Admin key required")));
    }

    [Test]
    public async Task A_wrong_admin_key_is_said_to_be_invalid()
    {
        var answer = await Anybody.GetAsync("/admin/clients", ("X-Admin-Key", "wrong"));

        Assert.That((answer.Status, answer.Error), Is.EqualTo((401, "Invalid admin key")));
    }

    [Test]
    public async Task The_operators_upload_to_a_clients_id_is_a_conflict()
    {
        var id = NewId();
        using var client = VideoApi.At(Api.Address, await NewClientKeyAsync());
        await client.StoreAsync(id, Clips.Fake());

        var answer = await Api.UploadAsync(UploadForm.Usual(id, Clips.Fake()));

        Assert.That(answer.Status, Is.EqualTo(409));
    }

    [Test]
    public async Task A_clients_upload_to_anothers_id_is_a_conflict()
    {
        var id = NewId();
        using var client = VideoApi.At(Api.Address, await NewClientKeyAsync());
        await Api.StoreAsync(id, Clips.Fake());

        var answer = await client.UploadAsync(UploadForm.Usual(id, Clips.Fake()));

        Assert.That(answer.Status, Is.EqualTo(409));
    }

    [Test]
    public async Task Anothers_video_is_answered_like_what_does_not_exist()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        using var client = VideoApi.At(Api.Address, await NewClientKeyAsync());

        var anothers = await client.GetAsync(Record(stored.Id));
        var nobodys = await client.GetAsync(Record("no-such-video"));

        Assert.That((anothers.Status, anothers.Error), Is.EqualTo((nobodys.Status, nobodys.Error)));
    }

    [Test]
    public async Task A_clients_clean_up_leaves_the_videos_of_others()
    {
        var stored = await Api.StoreAsync(NewId(), Clips.Fake());
        using var client = VideoApi.At(Api.Address, await NewClientKeyAsync());
        await client.PostAsync("/api/storage/cleanup", """{"max_age_hours":0}""");

        var played = await Anybody.GetAsync(stored.Link);

        Assert.That(played.Status, Is.EqualTo(200));
    }

    private async Task<string> NewClientKeyAsync()
    {
        using var admin = new HttpClient { BaseAddress = Api.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/clients")
        {
            Content = new StringContent($$"""{"name":"a shop","email":"{{Guid.NewGuid():N}}@example.org"}"""),
        };
        request.Headers.Add("X-Admin-Key", ContractTarget.IsElsewhere ? ContractTarget.ElsewheresKey : VigintServer.Key);
        using var response = await admin.SendAsync(request);
        return (await Answer.OfAsync(response)).Text("api_key");
    }
}
