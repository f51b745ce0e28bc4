using Vigint.Api.OpenApi;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;

namespace Vigint.Api.Clients;

internal static class ClientsNotes
{
    private const int Client = 3;
    private const int Key = 4;
    private const string ExampleKey = "kT1v9s0Q2wE4rT6yU8iO0pA2sD4fG6hJ8kL0zX2cV4b";
    private const string Limits = """{ "uploads_per_minute": 60, "storage_mb": 2048, "analysis_eur_per_month": 20 }""";

    public static IReadOnlyList<CallNotes> All { get; } =
    [
        new("GET /admin/clients", "All clients with their keys and limits")
        {
            AnswerExample = $$"""
                { "clients": [ { "id": 3, "name": "Corner shop", "email": "shop@example.org", "created_at": "2026-09-01T08:00:00",
                    "api_keys": [ { "id": 4, "is_active": true, "name": "default", "created_at": "2026-09-01T08:00:00",
                      "last_used_at": "2026-10-04T12:00:00" } ],
                    "limits": {{Limits}} } ], "count": 1 }
                """,
        },
        new("POST /admin/clients", "Add a client")
        {
            Text = "The key is shown this once.",
            BodyExample = """{ "name": "Corner shop", "email": "shop@example.org" }""",
            AnswerExample = $$"""
                { "success": true, "client_id": 3, "name": "Corner shop", "email": "shop@example.org", "api_key": "{{ExampleKey}}",
                  "warning": "Store this key now: it is not kept and cannot be shown again" }
                """,
            Refusals =
            [
                ClientRefusals.NameAndEmailRequired(),
                ClientRefusals.UnusableName("name", 200),
                ClientRefusals.UnusableEmail(),
                ClientRefusals.EmailInUse(),
            ],
        },
        new("POST /admin/clients/{client_id}/revoke", "Refuse a client's keys from the next request on")
        {
            AnswerExample =
                """{ "success": true, "client_id": 3, "client_name": "Corner shop", "revoked_count": 1, "message": "1 revoked; """
                + """refused from the next request on" }""",
            Refusals = [ClientRefusals.UnknownClient(Client)],
        },
        new("POST /admin/clients/{client_id}/reactivate", "Take back that revocation")
        {
            AnswerExample =
                """{ "success": true, "client_id": 3, "client_name": "Corner shop", "reactivated_count": 1, "message": "1 reactivated" }""",
            Refusals = [ClientRefusals.UnknownClient(Client), ClientRefusals.BeingErased(Client)],
        },
        new("DELETE /admin/clients/{client_id}", "Erase a client for good")
        {
            Text = """
                Its keys at once, its videos with all that was made of them, its alerts, channels, settings,
                  name and address. What stays is the number, which is not
                given again, and the sums of what was used. A call that was broken off,
                  or answered 503 because something cannot be deleted, is sent again and goes on.
                """,
            AnswerExample = """
                { "success": true, "client_id": 3, "videos_deleted": 120, "alerts_deleted": 7,
                  "message": "Nothing is left but the number and the sums of what was used" }
                """,
            Refusals = [ClientRefusals.UnknownClient(Client), ClientRefusals.NotWhollyErased(Client, 2, 0)],
        },
        new("POST /admin/clients/{client_id}/keys", "Add another key beside those there are")
        {
            Text = "Both members are optional. From `expires_at` on the key is refused. It is shown this once.",
            BodyExample = """{ "name": "camera 2", "expires_at": "2027-01-31T12:00:00" }""",
            AnswerExample = $$"""
                { "success": true, "client_id": 3, "key_id": 5, "name": "camera 2", "expires_at": "2027-01-31T12:00:00",
                  "api_key": "{{ExampleKey}}",
                  "warning": "Store this key now: it is not kept and cannot be shown again" }
                """,
            Refusals =
            [
                ClientRefusals.UnusableName("name", 200),
                ClientRefusals.UnusableExpiry(),
                ClientRefusals.UnknownClient(Client),
                ClientRefusals.BeingErased(Client),
            ],
        },
        new("POST /admin/clients/{client_id}/keys/{key_id}/revoke", "Refuse one key for good")
        {
            AnswerExample = """
                { "success": true, "client_id": 3, "client_name": "Corner shop", "key_id": 4, "revoked_count": 1,
                  "message": "Revoked for good; refused from the next request on" }
                """,
            Refusals = [ClientRefusals.UnknownClient(Client), ClientRefusals.UnknownKey(Key)],
        },
        new("PUT /admin/clients/{client_id}/limits", "Set what a client may use")
        {
            Text = "`null`, or absent, is no limit.",
            BodyExample = Limits,
            AnswerExample = $$"""{ "success": true, "client_id": 3, "client_name": "Corner shop", "limits": {{Limits}} }""",
            Refusals =
            [
                ClientRefusals.UnusableLimit("uploads_per_minute", "a whole number from 1 to 10000"),
                ClientRefusals.UnknownClient(Client),
            ],
        },
        new("PUT /admin/clients/{client_id}/analysis", "Set what is looked for in a client's clips")
        {
            Text =
                "`watch_for`: what to look for besides the usual; `normal`: what is no incident there. `null`, or absent, takes it away.",
            BodyExample = """{ "watch_for": "people behind the till", "normal": "the cleaner at night" }""",
            AnswerExample =
                """{ "success": true, "client_id": 3, "watch_for": "people behind the till", "normal": "the cleaner at night" }""",
            Refusals = [AnalysisRefusals.InstructionsTooLong("watch_for", 2000), ClientRefusals.UnknownClient(Client)],
        },
    ];
}
