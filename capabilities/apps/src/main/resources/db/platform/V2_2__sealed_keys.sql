-- Keys that are sent to others must be read again: they are kept sealed by the server's secret key.
alter table app_key add column sealed bytea;

-- There never was a use for these.
delete from app_key where kind = 'FILE';
