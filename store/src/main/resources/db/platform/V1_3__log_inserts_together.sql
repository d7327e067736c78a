-- Logs what an insert wrote at once, which costs less than row by row when it wrote several, and
-- has one function for the rows of all tables. The first argument of each trigger is the table's
-- key column; the others are columns that are kept out.

create function log_inserted() returns trigger language plpgsql as $$
declare
    logs text;
begin
    if coalesce(current_setting('rialto.logs', true), '') = '' then
        logs := rialto.begin_logging();
    end if;
    insert into rialto.changes (schema_name, class_name, object_id, after, request_id)
    select tg_table_schema, tg_table_name, row ->> tg_argv[0], row - tg_argv[1:],
           current_setting('rialto.request_id', true)
      -- Without an offset each row would be made JSON twice.
      from (select to_jsonb(inserted) as row from inserted offset 0) as rows;
    return null;
end
$$;

create or replace function log_row() returns trigger language plpgsql as $$
declare
    old_row jsonb := to_jsonb(old) - tg_argv[1:];
    new_row jsonb;
    logs text;
begin
    if coalesce(current_setting('rialto.logs', true), '') = '' then
        logs := rialto.begin_logging();
    end if;
    if tg_op = 'UPDATE' then
        new_row := to_jsonb(new) - tg_argv[1:];
    end if;
    insert into rialto.changes (schema_name, class_name, object_id, before, after, request_id)
    values (tg_table_schema, tg_table_name, coalesce(new_row, old_row) ->> tg_argv[0],
            old_row, new_row, current_setting('rialto.request_id', true));
    return null;
end
$$;

create or replace function log_changes_of(logged regclass, key_column text, kept_out text[])
returns void language plpgsql as $$
declare
    arguments text := concat_ws(', ', quote_literal(key_column),
        (select string_agg(quote_literal(each), ', ') from unnest(kept_out) as each));
begin
    execute format(
        'create or replace trigger "change log of inserts" after insert on %s'
        ' referencing new table as inserted'
        ' for each statement execute function rialto.log_inserted(%s)',
        logged, arguments);
    execute format(
        'create or replace trigger "change log" after update or delete on %s'
        ' for each row execute function rialto.log_row(%s)',
        logged, arguments);
    execute format(
        'create or replace trigger "change log of all" before truncate on %s'
        ' for each statement execute function rialto.log_truncate(%s)',
        logged, arguments);
end
$$;

-- The tables that are logged already. Only the trigger for TRUNCATE has all arguments in each.
do $$
declare
    each record;
begin
    for each in
        select tgrelid::regclass as logged,
               array_remove(string_to_array(encode(tgargs, 'escape'), '\000'), '') as arguments
          from pg_trigger
         where tgname = 'change log of all'
    loop
        perform rialto.log_changes_of(each.logged, each.arguments[1], each.arguments[2:]);
    end loop;
end
$$;

drop function log_object();
