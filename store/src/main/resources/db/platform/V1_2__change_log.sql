-- The change log: a row for each committed change of an object, written by triggers in the
-- transaction that makes the change.
--
-- A change is numbered while its transaction holds the lock of the changed row, and a transaction
-- that sees another's changes numbers its own later: so numbers order changes as they happened.
-- But transactions commit in another order than they number. A transaction therefore first takes
-- a number that no change will have, and holds an advisory lock that tells it until it ends. Up to
-- the lowest number that is held, nothing can still appear.
create sequence changes_number;

create table changes (
    number      bigint      not null default nextval('rialto.changes_number'),
    at          timestamptz not null default clock_timestamp(),
    schema_name text        not null,
    class_name  text        not null,
    object_id   text        not null,
    before      jsonb,
    after       jsonb,
    request_id  text
) partition by range (at);

create index changes_order on changes (number);

-- Takes what finds no partition because a clock jumped or the server was down for long.
create table changes_stray partition of changes default;

-- Which log this is, and up to which number changes are gone from it.
create table change_log (
    identity text   not null,
    gone     bigint not null
);
insert into change_log select substr(md5(random()::text || clock_timestamp()::text), 1, 8),
       nextval('changes_number');

-- Lets readers wait for this transaction from now on. Called once in a transaction, and by an
-- assignment, which costs less than to perform a query.
create function begin_logging() returns text language plpgsql as $$
declare
    locked text;
begin
    locked := pg_advisory_xact_lock_shared(
        1380535628, (nextval('rialto.changes_number') % 2147483647)::int)::text;
    return set_config('rialto.logs', 'yes', true);
end
$$;

-- The number up to which the log is complete, and the last number that was given. Whoever could
-- still write below what is returned holds its lock before the first of the two is read.
create function log_horizon(out complete bigint, out last bigint) language plpgsql as $$
declare
    waits bigint;
begin
    select last_value into last from rialto.changes_number;
    -- A number that was taken after the last one was read is no distance behind it.
    select max(distance) into waits
      from (select ((last - objid::bigint) % 2147483647 + 2147483647) % 2147483647 as distance
              from pg_locks
             where locktype = 'advisory' and classid = 1380535628 and objsubid = 2
               and database = (select oid from pg_database
                                where datname = current_database())) as held
     where distance < 1073741824;
    complete := last - coalesce(waits, 0);
end
$$;

-- Logs a row that has an "objectId". Arguments: columns that are kept out.
create function log_object() returns trigger language plpgsql as $$
declare
    old_row jsonb;
    new_row jsonb;
    logs text;
begin
    if coalesce(current_setting('rialto.logs', true), '') = '' then
        logs := rialto.begin_logging();
    end if;
    if tg_op <> 'INSERT' then
        old_row := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        new_row := to_jsonb(new);
    end if;
    if tg_nargs > 0 then
        old_row := old_row - tg_argv;
        new_row := new_row - tg_argv;
    end if;
    insert into rialto.changes (schema_name, class_name, object_id, before, after, request_id)
    values (tg_table_schema, tg_table_name, coalesce(new_row, old_row) ->> 'objectId',
            old_row, new_row, current_setting('rialto.request_id', true));
    return null;
end
$$;

-- Logs a row of another kind: its key column is the first argument.
create function log_row() returns trigger language plpgsql as $$
declare
    old_row jsonb;
    new_row jsonb;
    logs text;
begin
    if coalesce(current_setting('rialto.logs', true), '') = '' then
        logs := rialto.begin_logging();
    end if;
    if tg_op <> 'INSERT' then
        old_row := to_jsonb(old);
    end if;
    if tg_op <> 'DELETE' then
        new_row := to_jsonb(new);
    end if;
    insert into rialto.changes (schema_name, class_name, object_id, before, after, request_id)
    values (tg_table_schema, tg_table_name, coalesce(new_row, old_row) ->> tg_argv[0],
            old_row, new_row, current_setting('rialto.request_id', true));
    return null;
end
$$;

-- Logs all rows of a table that is about to be emptied as deleted. Arguments: the key column, then
-- columns that are kept out.
create function log_truncate() returns trigger language plpgsql as $$
declare
    logs text;
begin
    if coalesce(current_setting('rialto.logs', true), '') = '' then
        logs := rialto.begin_logging();
    end if;
    execute format(
        'insert into rialto.changes (schema_name, class_name, object_id, before, request_id)'
        ' select $1, $2, t.%I, to_jsonb(t) - $3, current_setting(''rialto.request_id'', true)'
        ' from %I.%I as t', tg_argv[0], tg_table_schema, tg_table_name)
    using tg_table_schema::text, tg_table_name::text, tg_argv[1:];
    return null;
end
$$;

-- Makes a table's changes appear in the log.
create function log_changes_of(logged regclass, key_column text, kept_out text[])
returns void language plpgsql as $$
declare
    arguments text := coalesce(
        (select string_agg(quote_literal(each), ', ') from unnest(kept_out) as each), '');
begin
    execute format(
        'create or replace trigger "change log" after insert or update or delete on %s'
        ' for each row execute function rialto.%s(%s)',
        logged,
        case when key_column = 'objectId' then 'log_object' else 'log_row' end,
        case when key_column = 'objectId' then arguments else quote_literal(key_column) end);
    execute format(
        'create or replace trigger "change log of all" before truncate on %s'
        ' for each statement execute function rialto.log_truncate(%s)',
        logged,
        concat_ws(', ', quote_literal(key_column), nullif(arguments, '')));
end
$$;
