create table clients (
    client_id              integer          not null primary key,
    -- random, and written into the sidecars of the client's videos
    owner                  text             not null unique,
    name                   text             not null,
    email                  text             not null,
    -- the same in lower case
    email_folded           text             not null unique,
    created_at_ms          bigint           not null,
    -- none of its keys is accepted, one that is made later neither
    revoked_at_ms          bigint           null,
    uploads_per_minute     integer          null,
    storage_bytes          bigint           null,
    analysis_micro_euro    bigint           null
);

create table api_keys (
    key_id            integer not null primary key,
    client_id         integer not null references clients (client_id),
    -- SHA-256 of the key; the key itself is kept nowhere
    digest            text    not null unique,
    name              text    not null,
    created_at_ms     bigint  not null,
    last_used_at_ms   bigint  null,
    expires_at_ms     bigint  null,
    -- revoked with its client, and reactivated with it
    suspended_at_ms   bigint  null,
    -- revoked by itself, for good
    revoked_at_ms     bigint  null
);

create index api_keys_by_client on api_keys (client_id, key_id);

-- Totals are answered from these alone.
drop index videos_by_expiration;
create index videos_by_expiration on videos (expires_at_ms, video_id, size_bytes);
create index videos_by_owner_expiration on videos (owner, expires_at_ms, video_id, size_bytes);
