-- The index of the storage folder; what a row says stands in the video's sidecar too.
create table videos (
    video_id          text             not null primary key,
    owner             text             not null,
    revision          text             not null,
    version           integer          not null,
    -- kept character for character: the token is made of it
    expiration_text   text             not null,
    expires_at_ms     bigint           not null,
    -- JSON array: every text that a working token may be made of
    link_texts        text             not null,
    expiration_hours  double precision null,
    uploaded_at_ms    bigint           not null,
    size_bytes        bigint           not null,
    sha256            text             null,
    content_type      text             not null,
    duration_seconds  double precision null,
    width             integer          null,
    height            integer          null,
    codec             text             null,
    file_name         text             null,
    metadata          text             not null
);

create index videos_by_expiration on videos (expires_at_ms, video_id);
create index videos_by_upload on videos (uploaded_at_ms, video_id);
create index videos_by_owner on videos (owner, uploaded_at_ms, video_id);

-- SHA-256 of VIDEO_ID:TEXT for every text that ever was part of a link; it outlives the video, so that no old token
-- opens a new video, and tells nothing of the deleted one.
create table used_links (
    digest text not null primary key
);
