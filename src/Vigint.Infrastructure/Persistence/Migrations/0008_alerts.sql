-- What clients reported, and what became of it.
create table alerts (
    alert_id           text             not null primary key,
    owner              text             not null,
    client_name        text             not null,
    email              text             not null,
    at_ms              bigint           not null,
    -- 0 low, 1 medium, 2 high
    risk               integer          not null,
    -- that of its mail: queued, delivered, outbox, failed; or ignored
    state              text             not null,
    frame_count        integer          not null,
    incident_type      text             null,
    analysis           text             not null,
    detailed_analysis  text             null,
    source_id          text             null,
    source_name        text             null,
    start_seconds      double precision null,
    -- the clip; its link is made of these and of the key, and stands nowhere
    video_id           text             null,
    video_revision     text             null,
    link_text          text             null,
    video_bytes        bigint           null,
    clip_trouble       text             null,
    link_base          text             not null,
    -- by what the same incident is known again
    text_digest        text             not null,
    kind               text             null,
    clip_sha256        text             null,
    named_video_id     text             null,
    repeats            integer          not null,
    -- the call that was counted last, so that counting it again changes nothing
    last_repeat        text             null
);

create index alerts_by_time on alerts (at_ms, alert_id);
create index alerts_by_owner on alerts (owner, at_ms, alert_id);
create index alerts_by_state on alerts (state, at_ms, alert_id);
create index alerts_by_owner_state on alerts (owner, state, at_ms, alert_id);

-- A row that the alerts of an owner take turns at, so that of equal ones at the same moment one is first.
create table alert_turns (
    owner              text             not null primary key,
    turns              bigint           not null
);

-- One per way by which an alert goes to people.
create table alert_deliveries (
    delivery_id        text             not null primary key,
    alert_id           text             not null references alerts (alert_id) on delete cascade,
    -- mail, webhook or ntfy
    kind               text             not null,
    address            text             not null,
    state              text             not null,
    -- when it was first to be sent, or sent once more; attempts are counted from then
    begun_at_ms        bigint           not null,
    attempts           integer          not null,
    -- of one that is queued: when it is tried next; of one that is claimed: when the claim ends
    due_at_ms          bigint           not null,
    -- the installation that is trying it
    claimed_by         text             null
);

create index alert_deliveries_by_alert on alert_deliveries (alert_id);
create index alert_deliveries_by_due on alert_deliveries (kind, due_at_ms, delivery_id) where state = 'queued';

create table alert_attempts (
    attempt_id         text             not null primary key,
    delivery_id        text             not null references alert_deliveries (delivery_id) on delete cascade,
    at_ms              bigint           not null,
    took_ms            bigint           not null,
    -- delivered, outbox, or failed
    outcome            text             not null,
    -- what the other side said
    answer             text             not null
);

create index alert_attempts_by_delivery on alert_attempts (delivery_id, attempt_id);

-- What was answered to calls that came with an Idempotency-Key; forgotten after a day.
create table idempotency_keys (
    owner              text             not null,
    -- alert or upload
    call               text             not null,
    key                text             not null,
    at_ms              bigint           not null,
    -- SHA-256 of what was sent
    digest             text             not null,
    -- the alert or the video
    subject            text             not null,
    -- how it was answered, without a link; null as long as it was not
    answer             text             null,
    primary key (owner, call, key)
);

create index idempotency_keys_by_time on idempotency_keys (at_ms);
