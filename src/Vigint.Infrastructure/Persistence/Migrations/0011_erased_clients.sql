-- A client that is erased keeps its number, which is never given again, and its random owner, by which what comes too late is known.
-- From when on nothing is stored for it any more.
alter table clients add column erasing_at_ms bigint null;
-- Since when nothing is left but the number.
alter table clients add column erased_at_ms bigint null;

create index audit_events_by_owner on audit_events (owner, at_ms);
