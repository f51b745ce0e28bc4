-- Whose the delivery is, and the host that it goes to: neither takes more than its share of those who deliver.
alter table alert_deliveries add column owner text not null default '';
-- Empty for mail, and for what was recorded before.
alter table alert_deliveries add column host text not null default '';

update alert_deliveries set owner = (select a.owner from alerts a where a.alert_id = alert_deliveries.alert_id);
