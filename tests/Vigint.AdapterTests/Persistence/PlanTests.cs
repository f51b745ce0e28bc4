using System.Data.Common;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Vigint.Application.Alerts;
using Vigint.Application.Common;
using Vigint.Application.Idempotency;
using Vigint.Domain.Alerts;
using Vigint.Domain.Clients;
using Vigint.Domain.Videos;
using Vigint.Infrastructure.Persistence;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Persistence;

/// <summary>
/// What PostgreSQL does with the statements of the adapters over 100,000 videos and alerts, and 1,000,000 calls and questions to models.
/// The plans and their times are printed (<c>--logger "console;verbosity=detailed"</c>); only the plans are held to something.
/// </summary>
public sealed partial class PlanTests
{
    // Videos uploaded over the last 30 days with links of 30 days; calls over the last year.
    private const string Fill = """
        insert into videos (video_id, owner, revision, version, expiration_text, expires_at_ms, link_texts, expiration_hours,
          uploaded_at_ms,
               size_bytes, sha256, content_type, duration_seconds, width, height, codec, file_name, metadata)
        select 'clip_' || i, 'owner-' || i % 50, md5(i::text), 0, '2026-10-04T12:00:00', @nowMs + (i - 100) * 25920::bigint,
          '["2026-10-04T12:00:00"]', 720,
               @nowMs - 2592000000 + i * 25920::bigint, 10000000, md5(i::text) || md5(i::text), 'video/mp4', 5, 1280, 720, 'h264',
                 'clip.mp4',
               '{"source":"camera","incident_type":"shoplifting","risk_level":"HIGH","analysis":"' || repeat('x', 300) || '"}'
          from generate_series(1, 100000) i;
        insert into clients (client_id, owner, name, email, email_folded, created_at_ms)
        select i, 'owner-' || i % 50, 'Shop ' || i, i || '@example.org', i || '@example.org', 0 from generate_series(1, 50) i;
        insert into api_keys (key_id, client_id, digest, name, created_at_ms)
        select i, i, md5(i::text) || md5(i::text), 'default', 0 from generate_series(1, 50) i;
        insert into usage_calls (call_id, at_ms, client_id, key_id, endpoint, method, status_code, cost)
        select lpad(to_hex(i), 12, '0') || md5(i::text), @nowMs - 31536000000 + i * 31536::bigint, 1 + i % 50, 1 + i % 50,
               '/api/v1/videos/' || i % 7, 'POST', 200, 10000
          from generate_series(1, 1000000) i;
        insert into usage_days (day, client_id, key_id, endpoint, calls, cost)
        select at_ms / 86400000, client_id, key_id, endpoint, count(*), sum(cost) from usage_calls group by 1, 2, 3, 4;
        insert into model_uses (use_id, at_ms, client_id, model, stage, input_tokens, output_tokens, cost)
        select lpad(to_hex(i), 12, '0') || md5(i::text), @nowMs - 31536000000 + i * 31536::bigint, 1 + i % 50, 'gemini-3.5-flash-lite',
          'Screening', 1720, 100, 500
          from generate_series(1, 1000000) i;
        insert into audit_events (event_id, at_ms, video_id, owner, action, client_name, address, user_agent)
        select lpad(to_hex(i), 12, '0') || md5(i::text), @nowMs - 7776000000 + i * 25920::bigint, 'clip_' || 1 + i % 100000,
          'owner-' || (1 + i % 100000) % 50,
               'Opened', 'Shop', '192.0.2.1', 'Mozilla/5.0'
          from generate_series(1, 300000) i;
        insert into alerts (alert_id, owner, client_name, email, at_ms, risk, state, frame_count, analysis, source_id, link_base,
          text_digest, kind, clip_sha256, repeats)
        select 'VIG-' || i, 'owner-' || i % 50, 'Shop', 'shop@example.org', @nowMs - 7776000000 + i * 77760::bigint, i % 3,
               case when i % 1000 = 0 then 'failed' when i > 99990 then 'queued' else 'delivered' end, 250, repeat('x', 300),
                 'cam-' || i % 8,
               'https://clips.example.org', md5(i::text) || md5(i::text), 'THEFT', md5(i::text) || md5(i::text), 0
          from generate_series(1, 100000) i;
        insert into alert_deliveries (delivery_id, alert_id, kind, address, state, begun_at_ms, attempts, due_at_ms)
        select 'd-' || substr(alert_id, 5), alert_id, 'mail', email, state, at_ms, 1, at_ms + 5000 from alerts;
        insert into alert_attempts (attempt_id, delivery_id, at_ms, took_ms, outcome, answer)
        select md5(delivery_id), delivery_id, begun_at_ms, 400, 'delivered', '250 2.0.0 Ok' from alert_deliveries;
        insert into idempotency_keys (owner, call, key, at_ms, digest, subject, answer)
        select owner, 'alert', alert_id, at_ms, md5(alert_id), alert_id, repeat('x', 120) from alerts;
        """;

    private static readonly Period LastMonth = new(A.Noon.AddDays(-31), A.Noon);
    private static readonly VideoId Clip = VideoId.Parse("clip_5000");
    private static readonly AlertId Alert = AlertId.OfStored("VIG-5000");
    private static readonly AlertFilter LastMonthsAlerts = new(null, null, null, A.Noon.AddDays(-31), A.Noon);

    private static readonly BusyTargets Busy = new(["owner-1"], ["hooks.example.org"]);

    private PostgresCluster cluster = null!;
    private NpgsqlDataSource database = null!;

    [OneTimeSetUp]
    public async Task FillDatabase()
    {
        cluster = await SharedCluster.GetAsync();
        var address = DatabaseOptions.FromPostgresAddress(await cluster.NewDatabaseAsync())!.Postgres!;
        await using (var plain = NpgsqlDataSource.Create(address))
        {
            await new Migrator(
                plain,
                TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance
            ).MigrateAsync(default);
            await using var connection = await plain.OpenConnectionAsync();
            await connection.ExecuteAsync(
                $"set statement_timeout = 0; {Fill}",
                new { nowMs = A.Noon.ToUnixTimeMilliseconds() },
                commandTimeout: 300
            );
            await connection.ExecuteAsync("vacuum analyze", commandTimeout: 300);
        }

        address.Options +=
            " -c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c "
            + "auto_explain.log_timing=off";
        database = NpgsqlDataSource.Create(address);
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (database is not null)
            await database.DisposeAsync();
    }

    private static IEnumerable<TestCaseData> Statements()
    {
        yield return Case("the_first_page_of_all_videos", db => new VideoRecords(db).PageAsync(null, null, 51, default));
        yield return Case(
            "a_later_page_of_all_videos",
            db => new VideoRecords(db).PageAsync(null, new PagePosition(A.Noon.AddDays(-15).ToUnixTimeMilliseconds(), "x"), 51, default)
        );
        yield return Case("the_first_page_of_an_owners_videos", db => new VideoRecords(db).PageAsync("owner-7", null, 51, default));
        yield return Case(
            "a_later_page_of_an_owners_videos",
            db =>
                new VideoRecords(db).PageAsync("owner-7", new PagePosition(A.Noon.AddDays(-15).ToUnixTimeMilliseconds(), "x"), 51, default)
        );
        yield return Case("one_video", db => new VideoRecords(db).FindAsync(Clip, "owner-0", default));
        yield return Case("the_videos_that_ended", db => new VideoRecords(db).EndedAsync(null, A.Noon, null, 200, default));
        yield return Case("an_owners_videos_that_ended", db => new VideoRecords(db).EndedAsync("owner-7", A.Noon, null, 200, default));
        yield return Case(
            "the_oldest_videos",
            db => new VideoRecords(db).UploadedBeforeAsync(null, A.Noon.AddDays(-7), null, 200, default)
        );
        yield return Case(
            "an_owners_oldest_videos",
            db => new VideoRecords(db).UploadedBeforeAsync("owner-7", A.Noon.AddDays(-7), null, 200, default)
        );
        yield return Case(
            "two_hundred_states",
            db => new VideoRecords(db).StampsAsync([.. Enumerable.Range(1, 200).Select(i => VideoId.Parse($"clip_{i * 17}"))], default)
        );
        yield return Case("an_owners_totals", db => new VideoRecords(db).TotalsAsync("owner-7", A.Noon, default));
        yield return Case("everybodys_totals", db => new VideoRecords(db).TotalsAsync(null, A.Noon, default));
        yield return Case("whose_a_key_is", db => new ClientRecords(db).FindKeyAsync(KeyDigest.Of("nobody's"), default));
        yield return Case("the_newest_calls_of_a_key", db => new UsageRecords(db).PageAsync(7, LastMonth, null, 101, default));
        yield return Case(
            "a_later_page_of_a_keys_calls",
            db =>
                new UsageRecords(db).PageAsync(
                    7,
                    LastMonth,
                    new PagePosition(A.Noon.AddDays(-15).ToUnixTimeMilliseconds(), "x"),
                    101,
                    default
                )
        );
        yield return Case("a_keys_days_of_a_month", db => new UsageRecords(db).DaysAsync(7, LastMonth, default));
        yield return Case("everybodys_days_of_a_month", db => new UsageRecords(db).DaysOfAllAsync(LastMonth, default));
        yield return Case("forgetting_the_oldest_calls", db => new UsageRecords(db).ForgetAsync(A.Noon.AddDays(-364), 2000, default));
        yield return Case("a_clients_cost_of_a_month", db => new ModelUseRecords(db).CostAsync(7, LastMonth, default));
        yield return Case("a_clients_models_of_a_month", db => new ModelUseRecords(db).SumsAsync(7, LastMonth, default));
        yield return Case("everybodys_models_of_a_month", db => new ModelUseRecords(db).SumsOfAllAsync(LastMonth, default));
        yield return Case(
            "forgetting_the_oldest_uses_of_models",
            db => new ModelUseRecords(db).ForgetAsync(A.Noon.AddDays(-364), 2000, default)
        );
        yield return Case("what_happened_to_a_video", db => new AuditRecords(db).PageAsync(Clip, "owner-0", null, 51, default));
        yield return Case("forgetting_the_oldest_events", db => new AuditRecords(db).ForgetAsync(A.Noon.AddDays(-89), 2000, default));

        yield return Case("one_alert", db => new AlertRecords(db).FindAsync(Alert, "owner-0", default));
        yield return Case(
            "the_same_incident",
            db =>
                new AlertRecords(db).FindSameAsync(
                    new Incident(
                        "owner-7",
                        IncidentMarks.Of("Something.", "cam-1", "theft"),
                        RiskLevel.Low,
                        A.Noon.AddMinutes(-5),
                        A.Noon.AddMinutes(1)
                    ),
                    default
                )
        );
        yield return Case("the_first_page_of_all_alerts", db => new AlertRecords(db).PageAsync(LastMonthsAlerts, null, 51, default));
        yield return Case(
            "a_later_page_of_an_owners_alerts",
            db =>
                new AlertRecords(db).PageAsync(
                    LastMonthsAlerts with
                    {
                        Scope = "owner-7",
                    },
                    new PagePosition(A.Noon.AddDays(-15).ToUnixTimeMilliseconds(), "x"),
                    51,
                    default
                )
        );
        yield return Case(
            "the_alerts_that_failed",
            db => new AlertRecords(db).PageAsync(LastMonthsAlerts with { State = AlertState.Failed }, null, 51, default)
        );
        yield return Case(
            "an_owners_alerts_that_failed",
            db =>
                new AlertRecords(db).PageAsync(
                    LastMonthsAlerts with
                    {
                        Scope = "owner-0",
                        State = AlertState.Failed,
                        Risk = RiskLevel.High,
                    },
                    null,
                    51,
                    default
                )
        );
        yield return Case(
            "the_next_delivery",
            db => new DeliveryRecords(db).ClaimNextAsync(ChannelKind.Mail, Busy, new Claim("here", A.Noon, A.Noon.AddSeconds(90)), default)
        );
        yield return Case("when_the_next_delivery_is_due", db => new DeliveryRecords(db).NextDueAsync(ChannelKind.Mail, Busy, default));
        yield return Case("whether_a_delivery_is_queued", db => new DeliveryRecords(db).AnyQueuedAsync(default));
        yield return Case("taking_up_what_is_queued", db => new DeliveryRecords(db).TakeUpAsync("here", A.Noon, default));
        yield return Case("every_attempt_of_an_alert", db => new DeliveryRecords(db).OfAlertAsync(Alert, default));
        yield return Case(
            "recording_an_attempt",
            db =>
                new DeliveryRecords(db).RecordAsync(
                    new Attempt(
                        "new",
                        new Delivery("d-5000", Alert, "owner-1", ChannelKind.Mail, "x", A.Noon, 0),
                        A.Noon,
                        TimeSpan.Zero,
                        AlertState.Delivered,
                        null,
                        "250 Ok"
                    ),
                    "here",
                    default
                )
        );
        yield return Case(
            "a_call_with_a_key",
            db =>
                new IdempotencyRecords(db).FindAsync(
                    new KeyedCall("owner-0", KeyedCallKind.Alert, IdempotencyKey.Of("VIG-5000")!, ""),
                    default
                )
        );
        yield return Case("forgetting_the_oldest_keys", db => new IdempotencyRecords(db).ForgetAsync(A.Noon.AddDays(-89), 2000, default));
        yield return Case("forgetting_the_oldest_alerts", db => new AlertRecords(db).ForgetAsync(A.Noon.AddDays(-89), 2000, default));

        static TestCaseData Case(string name, Func<DbDataSource, Task> run) =>
            new TestCaseData(run).SetName($"No_whole_table_is_read_for_{name}");
    }

    [TestCaseSource(nameof(Statements))]
    public async Task Nothing_reads_a_whole_table(Func<DbDataSource, Task> run)
    {
        await run(database); // once to have the pages in memory and the connection open
        var before = cluster.LogText().Length;
        await run(database);
        var plans = Plan().Matches(cluster.LogText()[before..]).Select(match => match.Value).ToList();

        foreach (var plan in plans)
            await TestContext.Out.WriteLineAsync(plan);
        Assert.That(plans, Is.Not.Empty);
        Assert.That(
            plans,
            Is.All.Not.Match(
                @"Seq Scan on (videos|usage_calls|usage_days|model_uses|audit_events|alerts|alert_deliveries|alert_attempts|"
                    + @"idempotency_keys)"
            )
        );
    }

    [GeneratedRegex(@"duration: [\d.]+ ms  plan:.*?(?=\n\d{4}-\d\d-\d\d |\z)", RegexOptions.Singleline)]
    private static partial Regex Plan();
}
