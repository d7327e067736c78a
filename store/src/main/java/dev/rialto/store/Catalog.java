package dev.rialto.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is in a database besides rows, as the statements that create it, from PostgreSQL's catalog.
/// A kind of object that no statement here creates is an obstacle. Left out are only comments on
/// other things than tables and columns, and statistics targets of columns.
///
/// The connection must have an empty search path, so that names are written in full.
final class Catalog {
    /// Schemas that are neither PostgreSQL's nor an extension's.
    private static final String OURS =
            " n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
                    + " and not exists (select from pg_depend e where e.deptype = 'e'"
                    + " and e.classid = 'pg_namespace'::regclass and e.objid = n.oid) ";

    private static final String SCHEMAS =
            "select format('create schema if not exists %I', n.nspname) from pg_namespace n where"
                    + OURS
                    + "order by 1";

    private static final String EXTENSIONS =
            """
            select format('create extension if not exists %I schema %I', e.extname, n.nspname)
              from pg_extension e join pg_namespace n on n.oid = e.extnamespace
             where e.extname <> 'plpgsql' order by 1
            """;

    private static final String SEQUENCES =
            """
            select format('create %ssequence %I.%I as %s increment %s minvalue %s maxvalue %s start %s'
                          ' cache %s%s',
                          case c.relpersistence when 'u' then 'unlogged ' else '' end,
                          n.nspname, c.relname, format_type(s.seqtypid, null), s.seqincrement,
                          s.seqmin, s.seqmax, s.seqstart, s.seqcache,
                          case when s.seqcycle then ' cycle' else '' end)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_sequence s on s.seqrelid = c.oid
             where %OURS% and %OWN(pg_class,c)%
               and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                                  and d.objid = c.oid and d.deptype = 'i')
             order by 1
            """;

    private static final String FUNCTIONS =
            """
            select pg_get_functiondef(p.oid)
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where %OURS% and %OWN(pg_proc,p)% and p.prokind <> 'a' order by n.nspname, p.proname, 1
            """;

    private static final String TABLES =
            """
            select n.nspname, c.relname, c.relkind::text,
                   format('create %stable %I.%I (%s)%s%s',
                          case c.relpersistence when 'u' then 'unlogged ' else '' end,
                          n.nspname, c.relname, coalesce(string_agg(
                            case when a.attname is not null then
                            format('%I %s%s%s%s%s', a.attname,
                              format_type(a.atttypid, a.atttypmod),
                              case when a.attcollation not in (0, t.typcollation)
                                   then (select format(' collate %I.%I', cn.nspname, co.collname)
                                           from pg_collation co
                                           join pg_namespace cn on cn.oid = co.collnamespace
                                          where co.oid = a.attcollation) else '' end,
                              case a.attcompression when 'p' then ' compression pglz'
                                   when 'l' then ' compression lz4' else '' end,
                              case when a.attidentity <> '' then
                                     (select format(' generated %s as identity (sequence name %I.%I'
                                         ' increment %s minvalue %s maxvalue %s start %s cache %s%s)',
                                         case a.attidentity when 'a' then 'always' else 'by default' end,
                                         sn.nspname, sc.relname, s.seqincrement, s.seqmin, s.seqmax,
                                         s.seqstart, s.seqcache,
                                         case when s.seqcycle then ' cycle' else '' end)
                                        from pg_depend d join pg_sequence s on s.seqrelid = d.objid
                                        join pg_class sc on sc.oid = d.objid
                                        join pg_namespace sn on sn.oid = sc.relnamespace
                                       where d.refobjid = c.oid and d.refobjsubid = a.attnum
                                         and d.classid = 'pg_class'::regclass and d.deptype = 'i')
                                   when a.attgenerated <> '' then
                                     format(' generated always as (%s) %s',
                                       pg_get_expr(f.adbin, f.adrelid),
                                       case a.attgenerated when 's' then 'stored' else 'virtual' end)
                                   when f.adbin is not null then
                                     ' default ' || pg_get_expr(f.adbin, f.adrelid)
                                   else '' end,
                              case when a.attnotnull then ' not null' else '' end) end,
                            ', ' order by a.attnum), ''),
                          case c.relkind when 'p' then ' partition by ' || pg_get_partkeydef(c.oid)
                               else '' end,
                          case when c.reloptions is not null
                               then ' with (' || array_to_string(c.reloptions, ', ') || ')'
                               else '' end),
                   string_agg(case when a.attgenerated = '' then quote_ident(a.attname) end, ', '
                              order by a.attnum),
                   string_agg(case when a.attstorage <> t.typstorage then
                                format('alter table %I.%I alter column %I set storage %s', n.nspname,
                                  c.relname, a.attname, case a.attstorage when 'p' then 'plain'
                                    when 'e' then 'external' when 'm' then 'main'
                                    else 'extended' end) end, ';' order by a.attnum)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              left join pg_type t on t.oid = a.atttypid
              left join pg_attrdef f on f.adrelid = c.oid and f.adnum = a.attnum
             where %OURS% and %OWN(pg_class,c)% and c.relkind in ('r', 'p')
             group by c.oid, n.nspname order by 1, 2
            """;

    private static final String INDEXES =
            """
            select replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
              from pg_index i join pg_class c on c.oid = i.indrelid
              join pg_namespace n on n.oid = c.relnamespace
             where %OURS% and %OWN(pg_class,c)% and c.relkind = '%KIND%'
               and not exists (select from pg_constraint k where k.conindid = i.indexrelid
                                  and k.contype in ('p', 'u', 'x'))
             order by 1
            """;

    /// The catalog has constraints of columns that are not null since PostgreSQL 18; the columns
    /// say it in any case.
    private static final String CONSTRAINTS =
            """
            select format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname,
                          pg_get_constraintdef(k.oid))
              from pg_constraint k join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = c.relnamespace
             where %OURS% and %OWN(pg_class,c)% and c.relkind = '%KIND%' and k.contype in (%TYPES%)
             order by 1
            """;

    private static final String PARTITIONS =
            """
            select format('alter table %I.%I attach partition %I.%I %s', pn.nspname, p.relname,
                          n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid))
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_inherits h on h.inhrelid = c.oid
              join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
             where %OURS% and c.relispartition and c.relkind in ('r', 'p') order by 1
            """;

    private static final String TRIGGERS =
            """
            select pg_get_triggerdef(t.oid) || case t.tgenabled when 'O' then '' else
                   format('; alter table %I.%I %s trigger %I', n.nspname, c.relname,
                          case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica'
                               else 'enable always' end, t.tgname) end
              from pg_trigger t join pg_class c on c.oid = t.tgrelid
              join pg_namespace n on n.oid = c.relnamespace
             where %OURS% and not t.tgisinternal and t.tgparentid = 0 order by 1
            """;

    private static final String OWNED =
            """
            select format('alter sequence %I.%I owned by %I.%I.%I', n.nspname, c.relname, tn.nspname,
                          tc.relname, a.attname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
               and d.deptype = 'a' and d.refobjsubid > 0
              join pg_class tc on tc.oid = d.refobjid join pg_namespace tn on tn.oid = tc.relnamespace
              join pg_attribute a on a.attrelid = tc.oid and a.attnum = d.refobjsubid
             where %OURS% and c.relkind = 'S' order by 1
            """;

    /// Of tables, partitions and their columns.
    private static final String COMMENTS =
            """
            select case when a.attname is null
                        then format('comment on table %I.%I is %L', n.nspname, c.relname, d.description)
                        else format('comment on column %I.%I.%I is %L', n.nspname, c.relname, a.attname,
                                    d.description) end
              from pg_description d join pg_class c on c.oid = d.objoid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0
             where %OURS% and d.classoid = 'pg_class'::regclass and c.relkind in ('r', 'p') order by 1
            """;

    private static final String COUNTERS =
            """
            select format('%I.%I', n.nspname, c.relname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where %OURS% and %OWN(pg_class,c)% and c.relkind = 'S' order by 1
            """;

    private static final String OBSTACLES =
            """
            select 'the database ' || datname from pg_database
             where datname not in ('rialto', 'postgres', 'template0', 'template1')
            union all select 'the role ' || rolname from pg_roles where oid >= 16384
            union all select 'the tablespace ' || spcname from pg_tablespace where oid >= 16384
            union all select format('settings of the database or of roles: %s', setconfig)
              from pg_db_role_setting
            union all
            select format('%s %I.%I', case c.relkind when 'v' then 'the view' when 'm' then
                          'the materialized view' when 'f' then 'the foreign table' else 'the type' end,
                          n.nspname, c.relname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where %OURS% and %OWN(pg_class,c)% and c.relkind in ('v', 'm', 'f', 'c')
            union all
            select format('the type %I.%I', n.nspname, t.typname)
              from pg_type t join pg_namespace n on n.oid = t.typnamespace
             where %OURS% and %OWN(pg_type,t)% and t.typtype in ('d', 'e', 'r')
            union all
            select format('the aggregate %I.%I', n.nspname, p.proname)
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where %OURS% and %OWN(pg_proc,p)% and p.prokind = 'a'
            union all
            select format('%s of %I.%I', w.what, n.nspname, c.relname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             cross join lateral (values
                ('privileges', c.relacl is not null),
                ('privileges of columns', exists (select from pg_attribute a where a.attrelid = c.oid
                                                     and a.attacl is not null)),
                ('rules', exists (select from pg_rewrite r where r.ev_class = c.oid)),
                ('policies', c.relrowsecurity or exists (select from pg_policy l
                                                            where l.polrelid = c.oid)),
                ('inheritance', not c.relispartition and exists (select from pg_inherits h
                                                                    where h.inhrelid = c.oid)),
                ('the replica identity', c.relreplident not in ('d', 'n')),
                ('the composite type', c.reloftype <> 0),
                ('options for long values', exists (select from pg_class x where x.oid = c.reltoastrelid
                                                       and x.reloptions is not null)),
                ('statistics', exists (select from pg_statistic_ext s where s.stxrelid = c.oid))
             ) as w (what, there)
             where %OURS% and %OWN(pg_class,c)% and c.relkind in ('r', 'p', 'S') and w.there
            union all
            select format('privileges of the function %I.%I', n.nspname, p.proname)
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where %OURS% and %OWN(pg_proc,p)% and p.proacl is not null
            union all
            select format('privileges of the schema %I', n.nspname) from pg_namespace n
             where %OURS% and n.nspacl is not null and n.nspname <> 'public'
            union all select 'default privileges' from pg_default_acl
            union all select 'the event trigger ' || evtname from pg_event_trigger
            union all select 'the publication ' || pubname from pg_publication
            union all select 'the subscription ' || subname from pg_subscription
            union all select 'the foreign server ' || srvname from pg_foreign_server
            union all select 'operators' where exists (select from pg_operator where oid >= 16384)
            union all select 'casts' where exists (select from pg_cast where oid >= 16384)
            union all select 'collations' where exists (
                select from pg_collation o join pg_namespace n on n.oid = o.collnamespace where %OURS%)
            union all select 'text search configurations' where exists (
                select from pg_ts_config where oid >= 16384)
            union all select 'large objects' where exists (select from pg_largeobject_metadata)
            """;

    private final Connection connection;

    Catalog(Connection connection) {
        this.connection = connection;
    }

    /// A table or partition.
    ///
    /// @param columns that are stored and not computed, separated by commas; empty for no columns
    /// @param storage says how columns are stored, before they have values
    /// @param partitioned whether its rows are in partitions
    record Table(
            String schema,
            String name,
            String create,
            String columns,
            List<String> storage,
            boolean partitioned) {
        String quoted() {
            return Sql.name(schema) + "." + Sql.name(name);
        }
    }

    /// What can't be copied, each in words.
    List<String> obstacles() throws SQLException {
        return list(OBSTACLES);
    }

    /// What tables need.
    List<String> before() throws SQLException {
        return together(List.of(list(SCHEMAS), list(EXTENSIONS), list(SEQUENCES), list(FUNCTIONS)));
    }

    List<Table> tables() throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(filled(TABLES))) {
            while (row.next()) {
                tables.add(
                        new Table(
                                row.getString(1),
                                row.getString(2),
                                row.getString(4),
                                Optional.ofNullable(row.getString(5)).orElse(""),
                                Optional.ofNullable(row.getString(6)).stream().toList(),
                                row.getString(3).equals("p")));
            }
        }
        return tables;
    }

    /// What tables get when they have their rows. A partitioned table takes the indexes of its
    /// partitions for its own.
    List<String> after() throws SQLException {
        return together(
                List.of(
                        constraints("r", "'p', 'u', 'x', 'c'"),
                        list(INDEXES.replace("%KIND%", "r")),
                        list(PARTITIONS),
                        constraints("p", "'p', 'u', 'x', 'c'"),
                        list(INDEXES.replace("%KIND%", "p")),
                        constraints("r", "'f'"),
                        constraints("p", "'f'"),
                        list(TRIGGERS),
                        list(OWNED),
                        list(COMMENTS)));
    }

    /// All sequences, quoted.
    List<String> counters() throws SQLException {
        return list(COUNTERS);
    }

    private List<String> constraints(String kind, String types) throws SQLException {
        return list(CONSTRAINTS.replace("%KIND%", kind).replace("%TYPES%", types));
    }

    /// All statements, to compare two databases by.
    List<String> everything() throws SQLException {
        List<Table> tables = tables();
        return together(
                List.of(
                        before(),
                        tables.stream().map(Table::create).toList(),
                        tables.stream().flatMap(each -> each.storage().stream()).toList(),
                        after()));
    }

    private static List<String> together(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    /// The query with the conditions that most of them share.
    private static String filled(String query) {
        return query.replace("%OURS%", OURS)
                .replaceAll(
                        "%OWN\\((\\w+),(\\w+)\\)%",
                        "not exists (select from pg_depend e where e.deptype = 'e' and e.classid ="
                                + " '$1'::regclass and e.objid = $2.oid)");
    }

    private List<String> list(String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(filled(query))) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }
}
