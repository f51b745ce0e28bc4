using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Vigint.Application.Common;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Infrastructure.Persistence;

internal sealed class VideoRecords(DbDataSource database) : IVideoRecords, IStorageTotals
{
    private const string FindSql = """
        select video_id, owner, revision, version, expiration_text, link_texts, expiration_hours, uploaded_at_ms, size_bytes, sha256,
               content_type, duration_seconds, width, height, codec, file_name, metadata
          from videos
         where video_id = @id and (@scope is null or owner = @scope)
        """;

    private const string StampColumns = """
        select video_id, owner, revision, version, expiration_text, uploaded_at_ms, size_bytes
          from videos
        """;

    // Dapper writes a list out for SQLite and hands PostgreSQL an array.
    private const string StampsSqlite = StampColumns + " where video_id in @ids";
    private const string StampsPostgres = StampColumns + " where video_id = any(@ids)";

    private const string SaveSql = """
        insert into videos (
               video_id, owner, revision, version, expiration_text, expires_at_ms, link_texts, expiration_hours, uploaded_at_ms, size_bytes,
               sha256, content_type, duration_seconds, width, height, codec, file_name, metadata)
        values (@VideoId, @Owner, @Revision, @Version, @ExpirationText, @ExpiresAtMs, @LinkTexts, @ExpirationHours, @UploadedAtMs,
          @SizeBytes,
               @Sha256, @ContentType, @DurationSeconds, @Width, @Height, @Codec, @FileName, @Metadata)
            on conflict (video_id) do update
           set revision = excluded.revision, version = excluded.version, expiration_text = excluded.expiration_text,
               expires_at_ms = excluded.expires_at_ms, link_texts = excluded.link_texts, expiration_hours = excluded.expiration_hours,
               uploaded_at_ms = excluded.uploaded_at_ms, size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
               content_type = excluded.content_type, duration_seconds = excluded.duration_seconds, width = excluded.width,
               height = excluded.height, codec = excluded.codec, file_name = excluded.file_name, metadata = excluded.metadata
         where videos.owner = excluded.owner
        """;

    private const string ForgetRenditionOfOthersSql = "delete from renditions where video_id = @id and revision <> @revision";

    private const string LinkTextsColumns = """
        select video_id, link_texts
          from videos
        """;

    private const string LinkTextsSqlite = LinkTextsColumns + " where video_id in @ids";
    private const string LinkTextsPostgres = LinkTextsColumns + " where video_id = any(@ids)";

    private const string UseLinkSql = "insert into used_links (digest) values (@digest) on conflict (digest) do nothing";

    private const string WasUsedSql = "select count(*) from used_links where digest = @digest";

    private const string RemoveSql = "delete from videos where video_id = @id and revision = @revision";

    private const string RemoveRenditionSql = "delete from renditions where video_id = @id and revision = @revision";

    private const string PageColumns = """
        select video_id, revision, expiration_text, uploaded_at_ms, size_bytes, sha256, content_type, duration_seconds, width, height,
          codec, file_name
          from videos
        """;

    private const string PageOfAllSql =
        PageColumns
        + """

             where (uploaded_at_ms, video_id) < (@atMs, @atId)
             order by uploaded_at_ms desc, video_id desc
             limit @limit
            """;

    private const string PageOfOwnerSql =
        PageColumns
        + """

             where owner = @scope and (uploaded_at_ms, video_id) < (@atMs, @atId)
             order by uploaded_at_ms desc, video_id desc
             limit @limit
            """;

    private const string EndedOfAllSql = """
        select video_id, revision, size_bytes, expires_at_ms as at_ms
          from videos
         where expires_at_ms <= @nowMs and (expires_at_ms, video_id) > (@atMs, @atId)
         order by expires_at_ms, video_id
         limit @limit
        """;

    private const string EndedOfOwnerSql = """
        select video_id, revision, size_bytes, expires_at_ms as at_ms
          from videos
         where owner = @scope and expires_at_ms <= @nowMs and (expires_at_ms, video_id) > (@atMs, @atId)
         order by expires_at_ms, video_id
         limit @limit
        """;

    private const string UploadedBeforeOfAllSql = """
        select video_id, revision, size_bytes, uploaded_at_ms as at_ms
          from videos
         where uploaded_at_ms < @beforeMs and (uploaded_at_ms, video_id) > (@atMs, @atId)
         order by uploaded_at_ms, video_id
         limit @limit
        """;

    private const string UploadedBeforeOfOwnerSql = """
        select video_id, revision, size_bytes, uploaded_at_ms as at_ms
          from videos
         where owner = @scope and uploaded_at_ms < @beforeMs and (uploaded_at_ms, video_id) > (@atMs, @atId)
         order by uploaded_at_ms, video_id
         limit @limit
        """;

    private const string KeysSql = """
        select video_id, revision
          from videos
         where video_id > @after
         order by video_id
         limit @limit
        """;

    private const string TotalsOfAllSql = """
        select count(*) as count,
               cast(coalesce(sum(size_bytes), 0) + (select coalesce(sum(size_bytes + poster_bytes),
                 0) from renditions) as bigint) as size_bytes,
               coalesce(sum(case when expires_at_ms <= @nowMs then 1 else 0 end), 0) as ended_count,
               min(case when expires_at_ms > @nowMs then expires_at_ms end) as next_end_ms
          from videos
        """;

    private const string TotalsOfOwnerSql = """
        select count(*) as count,
               cast(coalesce(sum(size_bytes), 0)
                    + (select coalesce(sum(size_bytes + poster_bytes), 0) from renditions where owner = @scope) as bigint) as size_bytes,
               coalesce(sum(case when expires_at_ms <= @nowMs then 1 else 0 end), 0) as ended_count,
               min(case when expires_at_ms > @nowMs then expires_at_ms end) as next_end_ms
          from videos
         where owner = @scope
        """;

    public Task<Video?> FindAsync(VideoId id, string? scope, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(FindSql, new { id = id.Text, scope }, cancellationToken: cancellationToken);
                return (await connection.QuerySingleOrDefaultAsync<VideoRow>(command))?.ToVideo();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<VideoStamp>> StampsAsync(IReadOnlyCollection<VideoId> ids, CancellationToken cancellationToken) =>
        database.QueryAsync<StampRow, VideoStamp>(
            database is SqliteDataSource ? StampsSqlite : StampsPostgres,
            new { ids = ids.Select(id => id.Text).ToArray() },
            row => row.ToStamp(),
            cancellationToken
        );

    // The index could be made anew from the folder; which links were used is known here alone.
    public Task SaveAsync(IReadOnlyCollection<Video> videos, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                await database.RefuseErasedAsync(connection, transaction, videos.Select(video => video.Owner), cancellationToken);
                var links = await NewLinksAsync(connection, transaction, videos, cancellationToken);
                foreach (var video in videos)
                {
                    var saved = await connection.ExecuteAsync(
                        new CommandDefinition(SaveSql, VideoRow.Of(video), transaction, cancellationToken: cancellationToken)
                    );
                    if (saved == 0)
                        throw VideoRefusals.AnotherOwners(video.Id);
                    await connection.ExecuteAsync(
                        new CommandDefinition(
                            ForgetRenditionOfOthersSql,
                            new { id = video.Id.Text, revision = video.Revision },
                            transaction,
                            cancellationToken: cancellationToken
                        )
                    );
                }

                var digests = links.Select(link => new { digest = DigestOf(link.Id, link.Text) }).ToList();
                return await connection.ExecuteAsync(
                    new CommandDefinition(UseLinkSql, digests, transaction, cancellationToken: cancellationToken)
                );
            },
            cancellationToken
        );

    public Task<bool> WasUsedAsync(VideoId id, string linkText, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(
                    WasUsedSql,
                    new { digest = DigestOf(id, linkText) },
                    cancellationToken: cancellationToken
                );
                return await connection.ExecuteScalarAsync<long>(command) > 0;
            },
            cancellationToken
        );

    public Task RemoveAsync(IReadOnlyCollection<VideoKey> videos, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Journal,
            async (connection, transaction) =>
            {
                var keys = videos.Select(key => new { id = key.Id.Text, revision = key.Revision }).ToList();
                await connection.ExecuteAsync(
                    new CommandDefinition(RemoveRenditionSql, keys, transaction, cancellationToken: cancellationToken)
                );
                return await connection.ExecuteAsync(
                    new CommandDefinition(RemoveSql, keys, transaction, cancellationToken: cancellationToken)
                );
            },
            cancellationToken
        );

    public Task<IReadOnlyList<VideoSummary>> PageAsync(
        string? scope,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.QueryAsync<VideoRow, VideoSummary>(
            scope is null ? PageOfAllSql : PageOfOwnerSql,
            new
            {
                scope,
                atMs = after?.AtMs ?? long.MaxValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToSummary(),
            cancellationToken
        );

    public Task<IReadOnlyList<DueVideo>> EndedAsync(
        string? scope,
        DateTimeOffset now,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.QueryAsync<DueRow, DueVideo>(
            scope is null ? EndedOfAllSql : EndedOfOwnerSql,
            new
            {
                scope,
                nowMs = now.ToUnixTimeMilliseconds(),
                atMs = after?.AtMs ?? long.MinValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToDue(),
            cancellationToken
        );

    public Task<IReadOnlyList<DueVideo>> UploadedBeforeAsync(
        string? scope,
        DateTimeOffset before,
        PagePosition? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        database.QueryAsync<DueRow, DueVideo>(
            scope is null ? UploadedBeforeOfAllSql : UploadedBeforeOfOwnerSql,
            new
            {
                scope,
                beforeMs = before.ToUnixTimeMilliseconds(),
                atMs = after?.AtMs ?? long.MinValue,
                atId = after?.Id ?? "",
                limit,
            },
            row => row.ToDue(),
            cancellationToken
        );

    public Task<IReadOnlyList<VideoKey>> KeysAsync(string? afterId, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<DueRow, VideoKey>(KeysSql, new { after = afterId ?? "", limit }, row => row.ToKey(), cancellationToken);

    public Task<StorageTotals> TotalsAsync(string? scope, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(
                    scope is null ? TotalsOfAllSql : TotalsOfOwnerSql,
                    new { scope, nowMs = now.ToUnixTimeMilliseconds() },
                    cancellationToken: cancellationToken
                );
                var row = await connection.QuerySingleAsync<TotalsRow>(command);
                return new StorageTotals(
                    row.Count,
                    row.SizeBytes,
                    row.EndedCount,
                    row.NextEndMs is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null
                );
            },
            cancellationToken
        );

    // What a record has was remembered with it. A video with one link alone is not worth the question.
    private async Task<List<(VideoId Id, string Text)>> NewLinksAsync(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyCollection<Video> videos,
        CancellationToken cancellationToken
    )
    {
        var ids = videos.Where(video => video.LinkTexts.Count > 1).Select(video => video.Id.Text).ToArray();
        var rows =
            ids.Length == 0
                ? []
                : await connection.QueryAsync<LinkTextsRow>(
                    new CommandDefinition(
                        database is SqliteDataSource ? LinkTextsSqlite : LinkTextsPostgres,
                        new { ids },
                        transaction,
                        cancellationToken: cancellationToken
                    )
                );
        var recorded = rows.ToDictionary(row => row.VideoId, row => row.ToTexts(), StringComparer.Ordinal);
        return
        [
            .. videos.SelectMany(video =>
                video.LinkTexts.Except(recorded.GetValueOrDefault(video.Id.Text, [])).Select(text => (video.Id, text))
            ),
        ];
    }

    private static string DigestOf(VideoId id, string linkText) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id.Text}:{linkText}")));

    private static string[] TextsOf(string json) => JsonSerializer.Deserialize<string[]>(json)!;

    private static LinkExpiration ExpirationOf(string text) =>
        LinkExpiration.Read(text) ?? throw new InvalidDataException("a recorded expiration is no time");

    private sealed class VideoRow
    {
        public string VideoId { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Revision { get; init; } = "";
        public int Version { get; init; }
        public string ExpirationText { get; init; } = "";
        public long ExpiresAtMs { get; init; }
        public string LinkTexts { get; init; } = "[]";
        public double? ExpirationHours { get; init; }
        public long UploadedAtMs { get; init; }
        public long SizeBytes { get; init; }
        public string? Sha256 { get; init; }
        public string ContentType { get; init; } = "";
        public double? DurationSeconds { get; init; }
        public int? Width { get; init; }
        public int? Height { get; init; }
        public string? Codec { get; init; }
        public string? FileName { get; init; }
        public string Metadata { get; init; } = "{}";

        public static VideoRow Of(Video video) =>
            new()
            {
                VideoId = video.Id.Text,
                Owner = video.Owner,
                Revision = video.Revision,
                Version = video.Version,
                ExpirationText = video.Expiration.Text,
                ExpiresAtMs = video.Expiration.Utc.ToUnixTimeMilliseconds(),
                LinkTexts = JsonSerializer.Serialize(video.LinkTexts),
                ExpirationHours = video.ExpirationHours,
                UploadedAtMs = video.UploadedAt.ToUnixTimeMilliseconds(),
                SizeBytes = video.SizeBytes,
                Sha256 = video.Sha256,
                ContentType = video.Media.ContentType,
                DurationSeconds = video.Media.DurationSeconds,
                Width = video.Media.Width,
                Height = video.Media.Height,
                Codec = video.Media.Codec,
                FileName = video.FileName,
                Metadata = video.Metadata,
            };

        public Video ToVideo() =>
            new()
            {
                Id = IdOf(VideoId),
                Owner = Owner,
                Revision = Revision,
                Version = Version,
                Expiration = ExpirationOf(ExpirationText),
                LinkTexts = TextsOf(LinkTexts),
                ExpirationHours = ExpirationHours,
                UploadedAt = DateTimeOffset.FromUnixTimeMilliseconds(UploadedAtMs),
                SizeBytes = SizeBytes,
                Sha256 = Sha256,
                Media = ToMedia(),
                FileName = FileName,
                Metadata = Metadata,
            };

        public VideoSummary ToSummary() =>
            new(
                new VideoKey(IdOf(VideoId), Revision),
                ExpirationOf(ExpirationText),
                DateTimeOffset.FromUnixTimeMilliseconds(UploadedAtMs),
                SizeBytes,
                Sha256,
                ToMedia(),
                FileNames.LastSegment(FileName),
                new PagePosition(UploadedAtMs, VideoId)
            );

        private MediaFacts ToMedia() => new(ContentType, DurationSeconds, Width, Height, Codec);
    }

    private sealed class LinkTextsRow
    {
        public string VideoId { get; init; } = "";
        public string LinkTexts { get; init; } = "[]";

        public string[] ToTexts() => TextsOf(LinkTexts);
    }

    private sealed class StampRow
    {
        public string VideoId { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Revision { get; init; } = "";
        public int Version { get; init; }
        public string ExpirationText { get; init; } = "";
        public long UploadedAtMs { get; init; }
        public long SizeBytes { get; init; }

        public VideoStamp ToStamp() =>
            new(IdOf(VideoId), Owner, Revision, Version, ExpirationText, DateTimeOffset.FromUnixTimeMilliseconds(UploadedAtMs), SizeBytes);
    }

    private sealed class DueRow
    {
        public string VideoId { get; init; } = "";
        public string Revision { get; init; } = "";
        public long SizeBytes { get; init; }
        public long AtMs { get; init; }

        public VideoKey ToKey() => new(IdOf(VideoId), Revision);

        public DueVideo ToDue() => new(ToKey(), SizeBytes, new PagePosition(AtMs, VideoId));
    }

    private sealed class TotalsRow
    {
        public long Count { get; init; }
        public long SizeBytes { get; init; }
        public long EndedCount { get; init; }
        public long? NextEndMs { get; init; }
    }

    private static VideoId IdOf(string text) => VideoId.OfStored(text) ?? throw new InvalidDataException("a recorded id is no file name");
}
