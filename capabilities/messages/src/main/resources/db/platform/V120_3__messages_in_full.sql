alter table message add column template_values text not null default '{}';
comment on column message.template_values is 'What the text was made of, as JSON; emptied with it';
comment on column message.subject is 'Emptied with the body';

alter table message drop constraint message_state_check;
alter table message add constraint message_state_check
    check (state in ('waiting', 'sent', 'kept', 'failed', 'suppressed', 'bounced', 'complained'));
update message set state = 'kept' where state = 'sent' and provider = 'kept';
update message set subject = '' where state in ('sent', 'suppressed');

create table message_unsubscription (
    app text not null references app on delete cascade,
    recipient text not null,
    template text not null,
    created_at timestamptz not null,
    primary key (app, recipient, template)
);
comment on table message_unsubscription is 'Who wants no messages of a template that is not essential';

create table message_link_key (
    app text primary key references app on delete cascade,
    key text not null
);
comment on table message_link_key is 'The keys that the links to unsubscribe from the messages of an app are signed with';
