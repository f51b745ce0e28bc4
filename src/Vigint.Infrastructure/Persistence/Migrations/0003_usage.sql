-- Every call with a key. The ids begin with the time, so that they sort by it.
create table usage_calls (
    call_id       text    not null primary key,
    at_ms         bigint  not null,
    client_id     integer not null,
    key_id        integer not null,
    endpoint      text    not null,
    method        text    not null,
    status_code   integer not null,
    -- millionths of a euro
    cost          bigint  not null
);

create index usage_calls_by_key on usage_calls (key_id, at_ms, call_id);
create index usage_calls_by_time on usage_calls (at_ms, call_id);

-- The same, added up as it is written: a month of a busy server is a few rows. Kept when the calls themselves are forgotten.
create table usage_days (
    -- days since 1970-01-01, UTC
    day           integer not null,
    client_id     integer not null,
    key_id        integer not null,
    endpoint      text    not null,
    calls         bigint  not null,
    cost          bigint  not null,
    primary key (key_id, day, endpoint)
);

create index usage_days_by_day on usage_days (day);
