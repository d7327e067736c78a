create table app (
    id text primary key,
    schema_name text not null unique,
    created_at timestamptz not null default now()
);

-- Only hashes: a key is shown when it is made and can't be read again.
create table app_key (
    app_id text not null references app on delete cascade,
    kind text not null,
    hash bytea not null,
    created_at timestamptz not null default now(),
    primary key (app_id, kind, hash)
);
