-- Clips that are being stored for alerts which are not recorded yet; recording an alert removes its row.
create table expected_clips (
    alert_id  text     not null primary key,
    video_id  text     not null,
    at_ms     bigint   not null,
    -- 1: the alert will not be recorded, and the clip is being removed
    given_up  integer  not null
);
