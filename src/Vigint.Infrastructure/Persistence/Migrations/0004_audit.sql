-- Who did what with a video; outlives the video, and is forgotten after a time of its own.
create table audit_events (
    event_id      text    not null primary key,
    at_ms         bigint  not null,
    video_id      text    not null,
    owner         text    not null,
    action        text    not null,
    -- null: somebody with a link, or the server itself
    client_id     integer null,
    client_name   text    null,
    address       text    null,
    user_agent    text    null
);

create index audit_events_by_video on audit_events (video_id, at_ms, event_id);
create index audit_events_by_time on audit_events (at_ms, event_id);
