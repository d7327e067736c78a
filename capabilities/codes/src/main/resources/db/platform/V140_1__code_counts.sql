create table code_count (
    app text not null,
    kind text not null,
    subject text not null,
    most int not null,
    began_at timestamptz not null,
    ends_at timestamptz not null,
    count int not null,
    primary key (app, kind, subject)
);
create index code_count_end on code_count (ends_at);
comment on table code_count is 'How many codes were sent and tried, where that is limited';
comment on column code_count.app is 'Empty where all apps count together';
comment on column code_count.subject is 'Who or what is limited, such as a phone number';
comment on column code_count.most is 'The limit when it was last counted';
