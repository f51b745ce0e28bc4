using System.Data.Common;
using Dapper;
using Vigint.Application.Common;
using Vigint.Application.Videos.Renditions;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Persistence;

internal sealed class RenditionRecords(DbDataSource database) : IRenditionRecords
{
    private const string Columns = """
        select video_id, revision, state, reason, attempts, due_at_ms, size_bytes, made_at_ms, poster_bytes
          from renditions
        """;

    private const string FindSql = Columns + " where video_id = @id and revision = @revision";

    // Dapper writes a list out for SQLite and hands PostgreSQL an array.
    private const string FindManySqlite = Columns + " where video_id in @ids";
    private const string FindManyPostgres = Columns + " where video_id = any(@ids)";

    private const string WithFilesSql =
        Columns
        + """

             where video_id > @after and size_bytes + poster_bytes > 0
             order by video_id
             limit @limit
            """;

    // Only beside its video, and with that one's owner.
    private const string SaveSql = """
        insert into renditions (video_id, revision, owner, state, reason, attempts, due_at_ms, size_bytes, made_at_ms, poster_bytes)
        select video_id, revision, owner, @State, @Reason, @Attempts, @DueAtMs, @SizeBytes, @MadeAtMs, @PosterBytes
          from videos
         where video_id = @VideoId and revision = @Revision
            on conflict (video_id) do update
           set revision = excluded.revision, owner = excluded.owner, state = excluded.state, reason = excluded.reason,
             attempts = excluded.attempts,
               due_at_ms = excluded.due_at_ms, size_bytes = excluded.size_bytes, made_at_ms = excluded.made_at_ms,
               poster_bytes = excluded.poster_bytes
        """;

    private const string ForgetSql = "delete from renditions where video_id = @id and revision = @revision";

    private const string UnmadeSql = """
        select v.video_id, v.revision, v.owner, v.uploaded_at_ms as at_ms
          from videos v left join renditions r on r.video_id = v.video_id
         where r.video_id is null and (v.uploaded_at_ms, v.video_id) < (@atMs, @atId)
         order by v.uploaded_at_ms desc, v.video_id desc
         limit @limit
        """;

    private const string DueSql = """
        select video_id, revision, owner, due_at_ms as at_ms
          from renditions
         where state = 'preparing' and due_at_ms <= @nowMs
         order by due_at_ms, video_id
         limit @limit
        """;

    private const string TakeUpStepSql = "update renditions set due_at_ms = due_at_ms + @stepMs where state = 'preparing'";

    public Task<Rendition?> FindAsync(VideoKey video, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(
                    FindSql,
                    new { id = video.Id.Text, revision = video.Revision },
                    cancellationToken: cancellationToken
                );
                return (await connection.QuerySingleOrDefaultAsync<RenditionRow>(command))?.ToRendition();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<Rendition>> FindAsync(IReadOnlyCollection<VideoId> ids, CancellationToken cancellationToken) =>
        database.QueryAsync<RenditionRow, Rendition>(
            database is SqliteDataSource ? FindManySqlite : FindManyPostgres,
            new { ids = ids.Select(id => id.Text).ToArray() },
            row => row.ToRendition(),
            cancellationToken
        );

    public Task<bool> SaveAsync(Rendition rendition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            async (connection, transaction) =>
                await connection.ExecuteAsync(
                    new CommandDefinition(SaveSql, RenditionRow.Of(rendition), transaction, cancellationToken: cancellationToken)
                ) == 1,
            cancellationToken
        );

    public Task ForgetAsync(VideoKey video, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            async (connection, transaction) =>
                await connection.ExecuteAsync(
                    new CommandDefinition(
                        ForgetSql,
                        new { id = video.Id.Text, revision = video.Revision },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<UnmadeVideo>> UnmadeAsync(PagePosition? after, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<UnmadeRow, UnmadeVideo>(
            UnmadeSql,
            new
            {
                atMs = after?.AtMs ?? long.MaxValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToUnmade(),
            cancellationToken
        );

    public Task<IReadOnlyList<UnmadeVideo>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<UnmadeRow, UnmadeVideo>(
            DueSql,
            new { nowMs = now.ToUnixTimeMilliseconds(), limit },
            row => row.ToUnmade(),
            cancellationToken
        );

    public Task TakeUpStepAsync(TimeSpan step, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            (connection, transaction) =>
                connection.ExecuteAsync(
                    new CommandDefinition(
                        TakeUpStepSql,
                        new { stepMs = (long)step.TotalMilliseconds },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<Rendition>> WithFilesAsync(string? afterId, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<RenditionRow, Rendition>(
            WithFilesSql,
            new { after = afterId ?? "", limit },
            row => row.ToRendition(),
            cancellationToken
        );

    private static VideoKey KeyOf(string videoId, string revision) =>
        new(VideoId.OfStored(videoId) ?? throw new InvalidDataException("a recorded id is no file name"), revision);

    private sealed class RenditionRow
    {
        public string VideoId { get; init; } = "";
        public string Revision { get; init; } = "";
        public string State { get; init; } = "";
        public string? Reason { get; init; }
        public int Attempts { get; init; }
        public long DueAtMs { get; init; }
        public long SizeBytes { get; init; }
        public long MadeAtMs { get; init; }
        public long PosterBytes { get; init; }

        public static RenditionRow Of(Rendition rendition) =>
            new()
            {
                VideoId = rendition.Of.Id.Text,
                Revision = rendition.Of.Revision,
                State = rendition.State switch
                {
                    RenditionState.Preparing => "preparing",
                    RenditionState.Ready => "ready",
                    _ => "failed",
                },
                Reason = rendition.Reason,
                Attempts = rendition.Attempts,
                DueAtMs = rendition.DueAt.ToUnixTimeMilliseconds(),
                SizeBytes = rendition.SizeBytes,
                MadeAtMs = rendition.MadeAt.ToUnixTimeMilliseconds(),
                PosterBytes = rendition.PosterBytes,
            };

        public Rendition ToRendition() =>
            new()
            {
                Of = KeyOf(VideoId, Revision),
                State = State switch
                {
                    "preparing" => RenditionState.Preparing,
                    "ready" => RenditionState.Ready,
                    _ => RenditionState.Failed,
                },
                Reason = Reason,
                Attempts = Attempts,
                DueAt = DateTimeOffset.FromUnixTimeMilliseconds(DueAtMs),
                SizeBytes = SizeBytes,
                MadeAt = DateTimeOffset.FromUnixTimeMilliseconds(MadeAtMs),
                PosterBytes = PosterBytes,
            };
    }

    private sealed class UnmadeRow
    {
        public string VideoId { get; init; } = "";
        public string Revision { get; init; } = "";
        public string Owner { get; init; } = "";
        public long AtMs { get; init; }

        public UnmadeVideo ToUnmade() => new(KeyOf(VideoId, Revision), Owner, new PagePosition(AtMs, VideoId));
    }
}
