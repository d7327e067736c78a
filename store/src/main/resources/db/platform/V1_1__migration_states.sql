-- Which set of migrations each PostgreSQL schema has had: a node compares one row instead of
-- reading a schema's history.
create table migration_state (
    schema_name text primary key,
    fingerprint text not null
);
