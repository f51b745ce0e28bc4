-- By which ways beside the mail an owner's alerts go.
create table alert_channels (
    owner     text     not null,
    position  integer  not null,
    -- webhook or ntfy
    kind      text     not null,
    address   text     not null,
    -- signs a webhook's messages, or is the token of a topic: needed as it is
    secret    text     null,
    primary key (owner, position)
);
