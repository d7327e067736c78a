create index message_due_of_app on message (app, due_at) where state = 'waiting';
drop index message_due;
