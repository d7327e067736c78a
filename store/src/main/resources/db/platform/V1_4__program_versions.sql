-- Which program has upgraded this database last, and the oldest one that may still run on it.
create table program_version (
    only_row boolean primary key default true check (only_row),
    newest   text not null,
    oldest   text not null
);

-- Which program has migrated a schema last: an older one leaves it as it is.
alter table migration_state add column version text not null default '0';
