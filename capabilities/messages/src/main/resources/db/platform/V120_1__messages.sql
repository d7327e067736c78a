create table message (
    id text primary key,
    app text not null references app on delete cascade,
    channel text not null check (channel in ('mail', 'sms')),
    recipient text not null,
    template text not null,
    language text not null,
    subject text not null,
    body text not null,
    html text not null,
    is_test boolean not null,
    state text not null check (state in ('waiting', 'sent', 'failed', 'suppressed')),
    attempts int not null default 0,
    due_at timestamptz not null,
    leased_by text not null default '',
    leased_until timestamptz not null default '-infinity',
    provider text not null default '',
    provider_id text not null default '',
    error text not null default '',
    tried_since timestamptz not null,
    created_at timestamptz not null,
    finished_at timestamptz
);
create index message_due on message (due_at) where state = 'waiting';
create index message_to on message (app, lower(recipient)) where state = 'waiting';
create index message_of_app on message (app, created_at desc, id);
create index message_finished on message (app, finished_at) where state <> 'waiting';
comment on table message is 'Mail and SMS of all apps: what waits to be sent, and what became of it';
comment on column message.leased_by is 'Differs at each attempt: an attempt whose lease was taken over notes nothing';
comment on column message.tried_since is 'From when patience counts: when it was made, or last asked to be tried again';
comment on column message.is_test is 'Tests are limited, and kept for as long as they count';
comment on column message.provider_id is 'What the provider that accepted it calls it';
comment on column message.body is 'Emptied when it was sent: it may have secrets such as codes';

create table message_template (
    app text not null references app on delete cascade,
    name text not null,
    language text not null,
    subject text not null,
    body text not null,
    html text not null,
    primary key (app, name, language)
);
comment on table message_template is 'Templates that apps have in place of the built-in ones';

create table message_suppression (
    app text not null references app on delete cascade,
    recipient text not null,
    reason text not null,
    created_at timestamptz not null,
    primary key (app, recipient)
);
comment on table message_suppression is 'To whom an app sends nothing more: they bounce or complained';
