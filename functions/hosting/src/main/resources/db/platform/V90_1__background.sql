create table function_schedule (
    app text not null references app on delete cascade,
    micro_app text not null,
    address text not null,
    cron text not null,
    zone text not null,
    next_at timestamptz,
    primary key (app, address, cron, zone)
);
create index function_schedule_due on function_schedule (next_at);
comment on table function_schedule is
    'When interfaces of live revisions are to be called next; null is never';

create table function_follower (
    id bigint generated always as identity primary key,
    app text not null references app on delete cascade,
    micro_app text not null,
    address text not null,
    kind text not null check (kind in ('change', 'event')),
    subject text not null,
    position text not null,
    failures int not null default 0,
    leased_by text not null default '',
    leased_until timestamptz not null default '-infinity',
    unique (app, address, kind, subject)
);
create index function_follower_free on function_follower (leased_until);
comment on table function_follower is
    'How far interfaces of live revisions have been told of changes and events, and by which node';
comment on column function_follower.subject is 'The class or the topic';
comment on column function_follower.position is 'The place in the change log behind the last one';
comment on column function_follower.failures is 'How often the next one has failed';
