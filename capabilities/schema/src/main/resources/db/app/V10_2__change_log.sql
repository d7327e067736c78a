-- Classes that were there before the change log was. The schema of a class is logged as well: who
-- follows a class must hear when it changes.
DO $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT format('%I.%I', t.table_schema, t.table_name)::regclass AS logged,
               CASE WHEN t.table_name = '_schema' THEN 'name'
                    WHEN starts_with(t.table_name, '_Join:') THEN 'owningId'
                    ELSE 'objectId' END AS key_column,
               (SELECT array_agg(c.column_name::text) FROM information_schema.columns AS c
                 WHERE (c.table_schema, c.table_name) = (t.table_schema, t.table_name)
                   AND ((starts_with(c.column_name, '_')
                         AND c.column_name NOT IN ('_rperm', '_wperm', '_nulls'))
                        OR c.column_name IN ('authData', 'sessionToken'))) AS kept_out
          FROM information_schema.tables AS t
         WHERE t.table_schema = current_schema()
           AND (t.table_name = '_schema'
                OR starts_with(t.table_name, '_Join:')
                OR EXISTS (SELECT FROM information_schema.columns AS c
                            WHERE (c.table_schema, c.table_name) = (t.table_schema, t.table_name)
                              AND c.column_name = '_rperm'))
    LOOP
        PERFORM rialto.log_changes_of(each.logged, each.key_column, each.kept_out);
    END LOOP;
END
$$;
