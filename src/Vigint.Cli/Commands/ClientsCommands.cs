using System.CommandLine;
using System.Text.Json.Nodes;
using Vigint.Cli.Output;
using Vigint.Cli.Servers;

namespace Vigint.Cli.Commands;

/// <summary>Clients and their keys (contract §8), for the administrator.</summary>
internal static class ClientsCommands
{
    private static readonly Argument<int> ClientId = new("CLIENT") { Description = "The client's number, as clients list shows it" };
    private static readonly Argument<int> KeyId = new("KEY") { Description = "The key's number, as clients list shows it" };
    private static readonly Argument<string> Name = new("NAME") { Description = "What the client is called, such as \"Corner shop\"" };
    private static readonly Argument<string> Email = new("EMAIL") { Description = "Where its alerts go" };
    private static readonly Option<string?> KeyName = new("--name") { HelpName = "NAME", Description = "What the key is for" };
    private static readonly Option<string?> Expires = new("--expires")
    {
        HelpName = "TIME",
        Description = "When it ends, in UTC, such as 2027-01-31T00:00:00; never when absent",
    };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask for the client's name" };

    // Thousands of videos, one after the other.
    private static readonly TimeSpan ErasingMayTake = TimeSpan.FromMinutes(30);

    public static Command New() =>
        new Command("clients", "Clients and their keys; needs the administrator's key")
        {
            List(),
            Create(),
            Act("revoke", "Refuses all keys of a client from the next request on"),
            Act("reactivate", "Accepts again what revoke refused"),
            Erase(),
            new Command("keys", "More keys for a client, and the end of one") { AddKey(), RevokeKey() }.WithExamples(
                "vigint clients keys add 7 --name \"second till\"",
                "vigint clients keys revoke 7 12"
            ),
        }.WithExamples("vigint clients create \"Corner shop\" shop@example.org", "vigint clients list", "vigint clients revoke 7");

    private static Command List() =>
        new Command("list", "All clients with their keys")
            .WithExamples("vigint clients list", "vigint clients list --json")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var answer = await server.GetAsync("admin/clients", cancellationToken);
                    call.Screen.Show(
                        answer,
                        console =>
                        {
                            var table = Tables.Of("client", "name", "email", "since", "keys");
                            foreach (var client in answer["clients"]!.AsArray())
                            {
                                var keys = client!["api_keys"]!
                                    .AsArray()
                                    .Select(key =>
                                        $"{Tables.Cell(key!["id"])} "
                                        + $"{Tables.Cell(key["name"])}{(key["is_active"]!.GetValue<bool>() ? "" : " (revoked)")}"
                                    );
                                table.Row(
                                    Tables.Cell(client["id"]),
                                    Tables.Cell(client["name"]),
                                    Tables.Cell(client["email"]),
                                    Tables.Cell(client["created_at"]),
                                    string.Join(", ", keys)
                                );
                            }

                            console.Write(table);
                        }
                    );
                }
            );

    private static Command Create() =>
        new Command("create", "Adds a client; its key is shown this once")
            .With(Name, Email)
            .WithExamples("vigint clients create \"Corner shop\" shop@example.org")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var answer = await server.PostAsync(
                        "admin/clients",
                        new JsonObject { ["name"] = call.Value(Name), ["email"] = call.Value(Email) },
                        cancellationToken
                    );
                    call.Screen.Show(answer, $"Client {Tables.Cell(answer["client_id"])}. {NewKey(answer)}");
                }
            );

    private static Command Act(string name, string description) =>
        new Command(name, description)
            .With(ClientId)
            .WithExamples($"vigint clients {name} 7")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var answer = await server.PostAsync($"admin/clients/{call.Value(ClientId)}/{name}", [], cancellationToken);
                    call.Screen.Show(answer, $"{Tables.Cell(answer["client_name"])}: {Tables.Cell(answer["message"])}.");
                }
            );

    private static Command Erase() =>
        new Command("erase", "Erases a client for good, with its keys, videos, alerts, name and address; the sums of its usage stay")
            .With(ClientId, Yes)
            .WithExamples("vigint clients erase 7", "vigint clients erase 7 --yes --json")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var id = call.Value(ClientId);
                    if (!call.Value(Yes))
                        await RequireNameAsync(call, await NameOfAsync(server, id, cancellationToken), cancellationToken);
                    var answer = await server.DeleteAsync($"admin/clients/{id}", ErasingMayTake, cancellationToken);
                    call.Screen.Show(
                        answer,
                        $"Client {id} is erased, with {Tables.Cell(answer["videos_deleted"])} videos and "
                            + $"{Tables.Cell(answer["alerts_deleted"])} alerts. {Tables.Cell(answer["message"])}."
                    );
                }
            );

    private static async Task<string> NameOfAsync(ServerApi server, int id, CancellationToken cancellationToken)
    {
        var clients = (await server.GetAsync("admin/clients", cancellationToken))["clients"]!.AsArray();
        return clients.FirstOrDefault(client => client!["id"]!.GetValue<int>() == id)?["name"]?.ToString()
            ?? throw CommandFailedException.NotDone($"Client {id} not found; vigint clients list shows those there are.");
    }

    private static async Task RequireNameAsync(Call call, string name, CancellationToken cancellationToken)
    {
        var typed =
            await call.Screen.AskAsync($"{name} goes for good, with all its videos and alerts. Type its name to go on:", cancellationToken)
            ?? throw CommandFailedException.WrongUse("Nothing was erased: nobody typed the client's name; --yes does without.");
        if (typed.Trim() != name)
            throw CommandFailedException.NotDone("Nothing was erased: that is not the client's name.");
    }

    private static Command AddKey() =>
        new Command("add", "Another key for a client; it is shown this once")
            .With(ClientId, KeyName, Expires)
            .WithExamples("vigint clients keys add 7 --name \"second till\" --expires 2027-01-31T00:00:00")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var body = new JsonObject();
                    if (call.Value(KeyName) is { } name)
                        body["name"] = name;
                    if (call.Value(Expires) is { } end)
                        body["expires_at"] = end;
                    var answer = await server.PostAsync($"admin/clients/{call.Value(ClientId)}/keys", body, cancellationToken);
                    call.Screen.Show(answer, $"Key {Tables.Cell(answer["key_id"])}. {NewKey(answer)}");
                }
            );

    private static Command RevokeKey() =>
        new Command("revoke", "Ends one key of a client for good")
            .With(ClientId, KeyId)
            .WithExamples("vigint clients keys revoke 7 12")
            .Does(
                async (call, cancellationToken) =>
                {
                    using var server = call.OpenServerAsAdministrator();
                    var answer = await server.PostAsync(
                        $"admin/clients/{call.Value(ClientId)}/keys/{call.Value(KeyId)}/revoke",
                        [],
                        cancellationToken
                    );
                    call.Screen.Show(answer, $"{Tables.Cell(answer["client_name"])}: {Tables.Cell(answer["message"])}.");
                }
            );

    private static string NewKey(JsonNode answer) => $"Its key is {Tables.Cell(answer["api_key"])}\n{Tables.Cell(answer["warning"])}.";
}
