using System.Data.Common;
using Dapper;
using Vigint.Application.Clients;
using Vigint.Application.Common;
using Vigint.Application.Usage;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;

namespace Vigint.Infrastructure.Persistence;

internal sealed class ClientRecords(DbDataSource database) : IClientRecords, IKeyUseRecords
{
    // Each attempt but the first means that another administrator took the number in between.
    private const int MostAttempts = 20;

    private const string FindKeySql = """
        select k.key_id, k.expires_at_ms, c.client_id, c.owner, c.name, c.email, c.uploads_per_minute, c.storage_bytes,
          c.analysis_micro_euro,
               c.watch_for, c.normal
          from api_keys k join clients c on c.client_id = k.client_id
         where k.digest = @digest and k.suspended_at_ms is null and k.revoked_at_ms is null and c.revoked_at_ms is null
        """;

    private const string DigestsSql = """
        select k.digest
          from api_keys k join clients c on c.client_id = k.client_id
         where k.suspended_at_ms is null and k.revoked_at_ms is null and c.revoked_at_ms is null
        """;

    private const string ClientsSql = """
        select client_id, owner, name, email, created_at_ms, revoked_at_ms, uploads_per_minute, storage_bytes, analysis_micro_euro,
          erasing_at_ms
          from clients
         where erased_at_ms is null
        """;

    private const string AllClientsSql = ClientsSql + " order by client_id";

    private const string OneClientSql = ClientsSql + " and client_id = @clientId";

    private const string KeysSql = """
        select key_id, client_id, name, created_at_ms, last_used_at_ms, expires_at_ms, suspended_at_ms, revoked_at_ms
          from api_keys
        """;

    private const string AllKeysSql = KeysSql + " order by key_id";

    private const string KeysOfOneSql = KeysSql + " where client_id = @clientId order by key_id";

    // `where true` tells SQLite that the `on` that follows is no join's.
    private const string AddClientSql = """
        insert into clients (client_id, owner, name, email, email_folded, created_at_ms)
        select coalesce(max(client_id), 0) + 1, @owner, @name, @email, @folded, @createdAtMs
          from clients
         where true
            on conflict do nothing
        """;

    private const string ClientOfOwnerSql = "select client_id from clients where owner = @owner";

    private const string EmailCountSql = "select count(*) from clients where email_folded = @folded";

    private const string AddKeySql = """
        insert into api_keys (key_id, client_id, digest, name, created_at_ms, expires_at_ms, suspended_at_ms)
        select coalesce(max(key_id), 0) + 1, @clientId, @digest, @name, @createdAtMs, @expiresAtMs,
               (select revoked_at_ms from clients where client_id = @clientId)
          from api_keys
         where true
            on conflict do nothing
        """;

    private const string KeyOfDigestSql = "select key_id from api_keys where digest = @digest";

    private const string RevokeClientSql = "update clients set revoked_at_ms = coalesce(revoked_at_ms, @nowMs) where client_id = @clientId";

    private const string ReactivateClientSql =
        "update clients set revoked_at_ms = null where client_id = @clientId and erasing_at_ms is null";

    private const string SuspendSql = """
        update api_keys
           set suspended_at_ms = @nowMs
         where client_id = @clientId and suspended_at_ms is null and revoked_at_ms is null
        """;

    private const string ResumeSql = """
        update api_keys
           set suspended_at_ms = null
         where client_id = @clientId and suspended_at_ms is not null and revoked_at_ms is null
        """;

    private const string RevokeSql = """
        update api_keys
           set revoked_at_ms = @nowMs
         where client_id = @clientId and key_id = @keyId and revoked_at_ms is null
        """;

    private const string SetLimitsSql = """
        update clients
           set uploads_per_minute = @uploadsPerMinute, storage_bytes = @storageBytes, analysis_micro_euro = @analysisMicroEuro
         where client_id = @clientId and erased_at_ms is null
        """;

    private const string SetInstructionsSql = """
        update clients
           set watch_for = @watchFor, normal = @normal
         where client_id = @clientId and erased_at_ms is null
        """;

    private const string BeginErasureSql = """
        update clients
           set erasing_at_ms = coalesce(erasing_at_ms, @nowMs), revoked_at_ms = coalesce(revoked_at_ms, @nowMs)
         where client_id = @clientId and erased_at_ms is null
        """;

    // Their numbers stay, for the sums of what was called with them are kept by these.
    private const string EraseKeysSql = """
        update api_keys
           set digest = 'erased ' || key_id, name = '', last_used_at_ms = null, expires_at_ms = null,
             revoked_at_ms = coalesce(revoked_at_ms, @nowMs)
         where client_id = @clientId
        """;

    // What stands for the address is none, so that it is nobody's.
    private const string CompleteErasureSql = """
        update clients
           set name = '', email = '', email_folded = 'erased ' || client_id, uploads_per_minute = null, storage_bytes = null,
             analysis_micro_euro = null,
               watch_for = null, normal = null, erased_at_ms = @nowMs
         where client_id = @clientId and erased_at_ms is null
        """;

    private const string NoteUseSql = """
        update api_keys
           set last_used_at_ms = @atMs
         where key_id = @keyId and (last_used_at_ms is null or last_used_at_ms < @atMs)
        """;

    public Task<KnownKey?> FindKeyAsync(KeyDigest digest, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var command = new CommandDefinition(FindKeySql, new { digest = digest.Hex }, cancellationToken: cancellationToken);
                return (await connection.QuerySingleOrDefaultAsync<KnownKeyRow>(command))?.ToKnownKey();
            },
            cancellationToken
        );

    public async Task<IReadOnlyList<KeyDigest>> DigestsAsync(CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(DigestsSql, cancellationToken: cancellationToken);
        return
        [
            .. (await database.ReadAsync(connection => connection.QueryAsync<string>(command), cancellationToken)).Select(
                hex => new KeyDigest(hex)
            ),
        ];
    }

    public Task<IReadOnlyList<Client>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<Client>>(
            async connection =>
            {
                var clients = await connection.QueryAsync<ClientRow>(
                    new CommandDefinition(AllClientsSql, cancellationToken: cancellationToken)
                );
                var keys = (
                    await connection.QueryAsync<KeyRow>(new CommandDefinition(AllKeysSql, cancellationToken: cancellationToken))
                ).ToLookup(key => key.ClientId);
                return [.. clients.Select(client => client.ToClient(keys[client.ClientId]))];
            },
            cancellationToken
        );

    public Task<Client?> FindAsync(int clientId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                var client = await connection.QuerySingleOrDefaultAsync<ClientRow>(
                    new CommandDefinition(OneClientSql, new { clientId }, cancellationToken: cancellationToken)
                );
                var keys = await connection.QueryAsync<KeyRow>(
                    new CommandDefinition(KeysOfOneSql, new { clientId }, cancellationToken: cancellationToken)
                );
                return client?.ToClient(keys);
            },
            cancellationToken
        );

    public Task<int> AddAsync(NewClient client, NewKey key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                var parameters = new
                {
                    owner = client.Owner,
                    name = client.Name,
                    email = client.Email.Text,
                    folded = client.Email.Folded,
                    createdAtMs = client.CreatedAt.ToUnixTimeMilliseconds(),
                };
                var id = await AddNumberedAsync(
                    connection,
                    transaction,
                    AddClientSql,
                    ClientOfOwnerSql,
                    parameters,
                    cancellationToken,
                    async () =>
                    {
                        if (
                            await connection.ExecuteScalarAsync<long>(Command(EmailCountSql, parameters, transaction, cancellationToken))
                            > 0
                        )
                            throw ClientRefusals.EmailInUse();
                    }
                );
                await AddKeyAsync(connection, transaction, id, key, cancellationToken);
                return id;
            },
            cancellationToken
        );

    public Task<int?> AddKeyAsync(int clientId, NewKey key, CancellationToken cancellationToken) =>
        database.WriteAsync<int?>(
            Durability.Durable,
            async (connection, transaction) =>
            {
                if (
                    await connection.QuerySingleOrDefaultAsync<ClientRow>(
                        Command(OneClientSql, new { clientId }, transaction, cancellationToken)
                    )
                    is not { } client
                )
                    return null;
                if ((await database.ErasedOwnersAsync(connection, transaction, [client.Owner], cancellationToken)).Count > 0)
                    throw ClientRefusals.BeingErased(clientId);
                return await AddKeyAsync(connection, transaction, clientId, key, cancellationToken);
            },
            cancellationToken
        );

    public Task<int> SuspendKeysAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        ExecuteBothAsync(RevokeClientSql, SuspendSql, new { clientId, nowMs = now.ToUnixTimeMilliseconds() }, cancellationToken);

    public Task<int> ResumeKeysAsync(int clientId, CancellationToken cancellationToken) =>
        ExecuteBothAsync(ReactivateClientSql, ResumeSql, new { clientId }, cancellationToken);

    public async Task<bool> RevokeKeyAsync(int clientId, int keyId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            RevokeSql,
            new
            {
                clientId,
                keyId,
                nowMs = now.ToUnixTimeMilliseconds(),
            },
            cancellationToken
        ) > 0;

    public async Task<bool> SetLimitsAsync(int clientId, ClientLimits limits, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            SetLimitsSql,
            new
            {
                clientId,
                uploadsPerMinute = limits.UploadsPerMinute,
                storageBytes = limits.StorageBytes,
                analysisMicroEuro = MicroEuro.Of(limits.AnalysisEuroPerMonth),
            },
            cancellationToken
        ) > 0;

    public async Task<bool> SetInstructionsAsync(int clientId, AnalysisInstructions instructions, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            SetInstructionsSql,
            new
            {
                clientId,
                watchFor = instructions.WatchFor,
                normal = instructions.Normal,
            },
            cancellationToken
        ) > 0;

    public async Task BeginErasureAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken) =>
        await ExecuteBothAsync(BeginErasureSql, EraseKeysSql, new { clientId, nowMs = now.ToUnixTimeMilliseconds() }, cancellationToken);

    public async Task CompleteErasureAsync(int clientId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ExecuteAsync(CompleteErasureSql, new { clientId, nowMs = now.ToUnixTimeMilliseconds() }, cancellationToken);
        if (database is SqliteDataSource sqlite)
            await sqlite.EmptyLogAsync(cancellationToken);
    }

    public Task<IReadOnlySet<string>> ErasedAsync(IEnumerable<string> owners, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => database.ErasedOwnersAsync(connection, transaction: null, owners, cancellationToken),
            cancellationToken
        );

    // Always in the same order, so that two instances do not wait for each other's rows. Written twice a second beside the usage, and worth
    // as little.
    public Task NoteUseAsync(IReadOnlyDictionary<int, DateTimeOffset> lastUses, CancellationToken cancellationToken) =>
        ExecuteAsync(
            Durability.Journal,
            NoteUseSql,
            lastUses.OrderBy(use => use.Key).Select(use => new { keyId = use.Key, atMs = use.Value.ToUnixTimeMilliseconds() }).ToList(),
            cancellationToken
        );

    private Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        ExecuteAsync(Durability.Durable, sql, parameters, cancellationToken);

    private Task<int> ExecuteAsync(Durability durability, string sql, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            durability,
            (connection, transaction) => connection.ExecuteAsync(Command(sql, parameters, transaction, cancellationToken)),
            cancellationToken
        );

    /// <returns>Of the second statement.</returns>
    private Task<int> ExecuteBothAsync(string first, string second, object parameters, CancellationToken cancellationToken) =>
        database.WriteAsync(
            Durability.Durable,
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(Command(first, parameters, transaction, cancellationToken));
                return await connection.ExecuteAsync(Command(second, parameters, transaction, cancellationToken));
            },
            cancellationToken
        );

    private static Task<int> AddKeyAsync(
        DbConnection connection,
        DbTransaction transaction,
        int clientId,
        NewKey key,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            clientId,
            digest = key.Digest.Hex,
            name = key.Name,
            createdAtMs = key.CreatedAt.ToUnixTimeMilliseconds(),
            expiresAtMs = key.ExpiresAt?.ToUnixTimeMilliseconds(),
        };
        return AddNumberedAsync(connection, transaction, AddKeySql, KeyOfDigestSql, parameters, cancellationToken);
    }

    // The next number, without a sequence, which the two databases write differently. A row that is there already is this very
    // one: what is random in it tells.
    private static async Task<int> AddNumberedAsync(
        DbConnection connection,
        DbTransaction transaction,
        string addSql,
        string numberSql,
        object parameters,
        CancellationToken cancellationToken,
        Func<Task>? whenRefused = null
    )
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            await connection.ExecuteAsync(Command(addSql, parameters, transaction, cancellationToken));
            if (await connection.ExecuteScalarAsync<int?>(Command(numberSql, parameters, transaction, cancellationToken)) is { } number)
                return number;
            if (whenRefused is not null)
                await whenRefused();
        }

        throw new InvalidOperationException("No number is free.");
    }

    private static CommandDefinition Command(
        string sql,
        object parameters,
        DbTransaction transaction,
        CancellationToken cancellationToken
    ) => new(sql, parameters, transaction, cancellationToken: cancellationToken);

    private static DateTimeOffset? TimeOf(long? ms) => ms is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    private class ClientRow
    {
        public int ClientId { get; init; }
        public string Owner { get; init; } = "";
        public string Name { get; init; } = "";
        public string Email { get; init; } = "";
        public long CreatedAtMs { get; init; }
        public long? RevokedAtMs { get; init; }
        public int? UploadsPerMinute { get; init; }
        public long? StorageBytes { get; init; }
        public long? AnalysisMicroEuro { get; init; }
        public long? ErasingAtMs { get; init; }

        public Client ToClient(IEnumerable<KeyRow> keys) =>
            new()
            {
                Id = ClientId,
                Owner = Owner,
                Name = Name,
                Email = EmailAddress.OfStored(Email),
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAtMs),
                Limits = ToLimits(),
                IsBeingErased = ErasingAtMs is not null,
                Keys = [.. keys.Select(key => key.ToKey(clientIsRevoked: RevokedAtMs is not null))],
            };

        protected ClientLimits ToLimits() => new(UploadsPerMinute, StorageBytes, MicroEuro.ToEuro(AnalysisMicroEuro));
    }

    private sealed class KnownKeyRow : ClientRow
    {
        public int KeyId { get; init; }
        public long? ExpiresAtMs { get; init; }
        public string? WatchFor { get; init; }
        public string? Normal { get; init; }

        public KnownKey ToKnownKey() =>
            new(
                new Caller(ClientId, Name, Email, Owner)
                {
                    KeyId = KeyId,
                    Limits = ToLimits(),
                    Instructions = new AnalysisInstructions(WatchFor, Normal),
                },
                TimeOf(ExpiresAtMs)
            );
    }

    private sealed class KeyRow
    {
        public int KeyId { get; init; }
        public int ClientId { get; init; }
        public string Name { get; init; } = "";
        public long CreatedAtMs { get; init; }
        public long? LastUsedAtMs { get; init; }
        public long? ExpiresAtMs { get; init; }
        public long? SuspendedAtMs { get; init; }
        public long? RevokedAtMs { get; init; }

        public ClientKey ToKey(bool clientIsRevoked) =>
            new(
                KeyId,
                Name,
                DateTimeOffset.FromUnixTimeMilliseconds(CreatedAtMs),
                TimeOf(LastUsedAtMs),
                TimeOf(ExpiresAtMs),
                SuspendedAtMs is not null || clientIsRevoked,
                RevokedAtMs is not null
            );
    }
}
