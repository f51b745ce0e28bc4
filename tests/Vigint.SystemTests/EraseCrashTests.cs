using System.Text.Json.Nodes;
using Vigint.TestSupport;

namespace Vigint.SystemTests;

/// <summary>The process dies while it erases a client; the next call comes to the end.</summary>
public sealed class EraseCrashTests
{
    private const int Videos = 400;

    private static readonly (string Name, string Value) Administrator = ("X-Admin-Key", VigintProcess.Key);

    [Test]
    public async Task Killed_in_the_middle_the_client_is_still_listed_and_the_next_call_goes_on()
    {
        using var folder = new TemporaryFolder();
        int id;
        await using (var first = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false")))
        {
            var made = await first.Api.SendAsync(
                HttpMethod.Post,
                "/admin/clients",
                new StringContent("""{"name":"Corner shop","email":"shop@example.org"}"""),
                Administrator
            );
            id = (int)made.Number("client_id");
            using (var shop = VideoApi.At(first.Address, made.Text("api_key")))
            {
                await Task.WhenAll(
                    Enumerable
                        .Range(0, 8)
                        .Select(async worker =>
                        {
                            for (var number = worker; number < Videos; number += 8)
                                await shop.StoreAsync($"shop_{number}", Clips.Fake(seed: number));
                        })
                );
            }

            var erasing = first.Api.DeleteAsync($"/admin/clients/{id}", Administrator);
            await Eventually.RequireAsync("some of it is gone", () => Task.FromResult(Stored(folder) < Videos));
            await first.KillAsync();
            Assert.That(async () => await erasing, Throws.InstanceOf<HttpRequestException>(), "it was killed in the middle");
        }

        var left = Stored(folder);
        await using var second = await VigintProcess.StartAsync(folder.Path, ("RENDITIONS", "false"));
        var listed = (await second.Api.GetAsync("/admin/clients", Administrator)).Member("clients")!.AsArray().Single()!;
        var erased = await second.Api.DeleteAsync($"/admin/clients/{id}", Administrator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(left, Is.Positive);
            Assert.That(
                (listed["name"]!.GetValue<string>(), listed["api_keys"]![0]!["is_active"]!.GetValue<bool>()),
                Is.EqualTo(("Corner shop", false))
            );
            Assert.That((erased.Status, Stored(folder)), Is.EqualTo((200, 0)));
            Assert.That((await second.Api.GetAsync("/admin/clients", Administrator)).Member("clients")!.AsArray(), Is.Empty);
            Assert.That((await second.Api.GetAsync("/api/v1/videos")).Member("videos")!.AsArray(), Is.EqualTo(Array.Empty<JsonNode>()));
        }
    }

    private static int Stored(TemporaryFolder folder) =>
        folder.Files("data", "videos").Count(file => file.EndsWith(".mp4", StringComparison.Ordinal));
}
