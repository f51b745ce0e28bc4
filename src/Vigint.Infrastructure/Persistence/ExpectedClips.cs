using System.Data.Common;
using Dapper;
using Vigint.Application.Alerts;
using Vigint.Domain.Alerts;

namespace Vigint.Infrastructure.Persistence;

internal sealed class ExpectedClips(DbDataSource database) : IExpectedClips
{
    private const string ExpectSql = """
        insert into expected_clips (alert_id, video_id, at_ms, given_up)
        values (@alertId, @videoId, @atMs, 0)
            on conflict (alert_id) do nothing
        """;

    private const string ListSql = "select alert_id, video_id, at_ms from expected_clips order by at_ms, alert_id limit @limit";

    private const string GiveUpSql = "update expected_clips set given_up = 1 where alert_id = @alertId";

    private const string TakeUpStepSql = "update expected_clips set at_ms = @nowMs";

    private const string ForgetSql = "delete from expected_clips where alert_id = @alertId";

    public Task ExpectAsync(ExpectedClip clip, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        ExpectSql,
                        new
                        {
                            alertId = clip.AlertId.Text,
                            videoId = clip.VideoId.Text,
                            atMs = clip.At.ToUnixTimeMilliseconds(),
                        },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<ExpectedClip>> ListAsync(int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<ExpectedRow, ExpectedClip>(ListSql, new { limit }, static row => row.ToClip(), cancellationToken);

    public async Task<bool> GiveUpAsync(AlertId alert, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(GiveUpSql, new { alertId = alert.Text }, transaction, cancellationToken: cancellationToken)
                ),
            cancellationToken
        ) > 0;

    public Task TakeUpStepAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        TakeUpStepSql,
                        new { nowMs = now.ToUnixTimeMilliseconds() },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task ForgetAsync(AlertId alert, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            (connection, transaction) => ForgetAsync(connection, transaction, alert, cancellationToken),
            cancellationToken
        );

    /// <summary>Within the transaction that records the alert.</summary>
    public static Task<int> ForgetAsync(
        DbConnection connection,
        DbTransaction transaction,
        AlertId alert,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(ForgetSql, new { alertId = alert.Text }, transaction, cancellationToken: cancellationToken)
        );

    private sealed class ExpectedRow
    {
        public string AlertId { get; init; } = "";
        public string VideoId { get; init; } = "";
        public long AtMs { get; init; }

        public ExpectedClip ToClip() =>
            new(
                Domain.Alerts.AlertId.OfStored(AlertId),
                Domain.Videos.VideoId.Parse(VideoId),
                DateTimeOffset.FromUnixTimeMilliseconds(AtMs)
            );
    }
}
