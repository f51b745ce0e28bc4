-- What each client adds to the questions that the models are asked.
alter table clients add column watch_for text null;
alter table clients add column normal text null;

-- What the models were asked, and what it cost.
create table model_uses (
    use_id         text    not null primary key,
    at_ms          bigint  not null,
    client_id      integer not null,
    model          text    not null,
    stage          text    not null,
    input_tokens   bigint  not null,
    output_tokens  bigint  not null,
    -- millionths of a euro
    cost           bigint  not null
);

-- A month's cost is answered from it alone.
create index model_uses_by_client on model_uses (client_id, at_ms, cost);
create index model_uses_by_time on model_uses (at_ms, use_id);
