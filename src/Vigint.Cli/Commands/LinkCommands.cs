using System.CommandLine;
using System.Text.Json.Nodes;
using Vigint.Cli.Output;
using Vigint.Cli.Servers;
using Vigint.Domain.Videos;

namespace Vigint.Cli.Commands;

/// <summary>Private links: made, checked and lengthened (contract §3).</summary>
internal static class LinkCommands
{
    private const string TokenName = "token";

    private static readonly Argument<string> VideoIdText = new("VIDEO") { Description = "The id of the video" };
    private static readonly Argument<string> LinkText = new("LINK") { Description = "The whole private link, in quotes" };
    private static readonly Argument<double> Hours = new("HOURS") { Description = "How many hours more" };
    private static readonly Option<string?> Expiration = new("--expiration")
    {
        HelpName = "TIME",
        Description =
            "Make the link here, without asking the server, from the very text of the expiration_time that is in the video's "
            + "metadata, with SPARSE_AI_API_KEY, else the key",
    };

    public static Command New() =>
        new Command("link", "Private links of videos") { Make(), Verify(), Extend() }.WithExamples(
            "vigint link make front_door_1",
            "vigint link verify 'https://vigint.example.org/video/front_door_1?token=…'",
            "vigint link extend front_door_1 48"
        );

    private static Command Make() =>
        new Command("make", "The private link of a video")
            .With(VideoIdText, Expiration)
            .WithExamples(
                "vigint link make front_door_1",
                "SPARSE_AI_API_KEY=… vigint link make front_door_1 --expiration 2026-10-04T12:00:00"
            )
            .Does(
                async (call, cancellationToken) =>
                {
                    var answer = call.Value(Expiration) is { } expiration
                        ? MadeHere(call, expiration)
                        : await AskedForAsync(call, cancellationToken);
                    call.Screen.Show(answer, Tables.Cell(answer["private_link"]));
                }
            );

    private static Command Verify() =>
        new Command("verify", "Whether a link works, and how long still; needs no key")
            .With(LinkText)
            .WithExamples("vigint link verify 'https://vigint.example.org/video/front_door_1?token=…'")
            .Does(
                async (call, cancellationToken) =>
                {
                    var (id, token) = Parse(call.Value(LinkText));
                    using var server = call.OpenServerWithoutKey();
                    var answer = await server.GetAsync(
                        ServerApi.Path("api/v1/videos/link/verify", ("video_id", id), (TokenName, token)),
                        cancellationToken
                    );
                    var isValid = answer["valid"]!.GetValue<bool>();
                    call.Screen.Show(
                        answer,
                        isValid ? $"The link works until {Tables.Cell(answer["expiration_time"])} UTC."
                            : answer["expiration_time"] is { } ended ? $"The link ended at {Tables.Cell(ended)} UTC."
                            : "The link does not work: the video is not there, or the token is wrong."
                    );
                    return isValid ? ExitCodes.Done : ExitCodes.NotDone;
                }
            );

    private static Command Extend() =>
        new Command("extend", "Lets the links of a video work longer; those given out before, too")
            .With(VideoIdText, Hours)
            .WithExamples("vigint link extend front_door_1 48")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServer();
                    var body = new JsonObject { ["video_id"] = call.Value(VideoIdText), ["additional_hours"] = call.Value(Hours) };
                    var answer = await server.PostAsync("api/v1/videos/link/extend", body, cancellationToken);
                    call.Screen.Show(
                        answer,
                        $"Its links work until {Tables.Cell(answer["new_expiration"])} UTC.\n{Tables.Cell(answer["private_link"])}"
                    );
                }
            );

    private static async Task<JsonNode> AskedForAsync(Call call, CancellationToken cancellationToken)
    {
        using var server = call.OpenServer();
        var record = await server.GetAsync($"api/v1/videos/{Uri.EscapeDataString(call.Value(VideoIdText))}", cancellationToken);
        return LinkAnswer(record["video_id"]!.ToString(), record["private_link"]!.ToString(), record["expiration_time"]!.ToString());
    }

    // As old clients do it themselves. Whether the video is there, only the server knows.
    private static JsonObject MadeHere(Call call, string expiration)
    {
        var id = VideoId.OfStored(call.Value(VideoIdText)) ?? throw CommandFailedException.WrongUse("No video can have that id.");
        var key = Environment.GetEnvironmentVariable("SPARSE_AI_API_KEY") is { Length: > 0 } storeKey ? storeKey : call.Key;
        var link = new Uri(
            call.Server,
            ServerApi.Path($"video/{Uri.EscapeDataString(id.Text)}", (TokenName, AccessToken.For(id, expiration, key).Text))
        );
        return LinkAnswer(id.Text, link.AbsoluteUri, expiration);
    }

    private static JsonObject LinkAnswer(string id, string link, string expiration) =>
        new()
        {
            ["video_id"] = id,
            ["private_link"] = link,
            ["expiration_time"] = expiration,
        };

    private static (string Id, string Token) Parse(string text) =>
        PrivateLink.Read(text) is { Token: { } token } link
            ? (link.Id, token)
            : throw CommandFailedException.WrongUse("That is no private link, such as 'https://vigint.example.org/video/ID?token=…'.");
}
