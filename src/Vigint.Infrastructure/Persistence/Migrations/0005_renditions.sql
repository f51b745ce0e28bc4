-- How what browsers play of a video stands. A video without a row has not had its turn; a row is of the video's own revision,
-- for it goes with the revision before.
create table renditions (
    video_id      text    not null primary key,
    revision      text    not null,
    -- the video's
    owner         text    not null,
    -- preparing, ready or failed
    state         text    not null,
    reason        text    null,
    attempts      integer not null,
    -- of one that is being prepared: when it is begun again, should it not be ready by then
    due_at_ms     bigint  not null,
    -- of the playable file; 0 without one
    size_bytes    bigint  not null,
    made_at_ms    bigint  not null,
    -- of the still; 0 without one
    poster_bytes  bigint  not null
);

create index renditions_by_due on renditions (due_at_ms, video_id) where state = 'preparing';
create index renditions_by_owner on renditions (owner, size_bytes, poster_bytes);
