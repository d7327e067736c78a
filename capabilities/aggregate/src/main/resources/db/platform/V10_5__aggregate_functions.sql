-- What aggregate pipelines compute. "Wire" is a value in the JSON that clients see; "any" is a value
-- whose type only each row tells, in wire form. All of them make NULL of NULL.

CREATE FUNCTION rialto.wire_date(moment timestamptz) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT jsonb_set('{"__type": "Date"}', '{iso}',
                 to_jsonb(to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
$$;

CREATE FUNCTION rialto.wire_pointer(class_name text, object_id text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT jsonb_set(jsonb_set('{"__type": "Pointer"}', '{className}', to_jsonb(class_name)),
                 '{objectId}', to_jsonb(object_id))
$$;

CREATE FUNCTION rialto.wire_file(name text) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_set('{"__type": "File"}', '{name}', to_jsonb(name)) $$;

CREATE FUNCTION rialto.wire_bytes(content bytea) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT jsonb_set('{"__type": "Bytes"}', '{base64}',
                 to_jsonb(translate(encode(content, 'base64'), E'\n', '')))
$$;

CREATE FUNCTION rialto.wire_point(place point) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT jsonb_set(jsonb_set('{"__type": "GeoPoint"}', '{latitude}', to_jsonb(place[1])),
                 '{longitude}', to_jsonb(place[0]))
$$;

CREATE FUNCTION rialto.wire_polygon(area polygon) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT jsonb_set('{"__type": "Polygon"}', '{coordinates}',
                 jsonb_agg(jsonb_build_array(corner.c -> 1, corner.c -> 0) ORDER BY corner.n))
FROM jsonb_array_elements(translate(area::text, '()', '[]')::jsonb)
     WITH ORDINALITY AS corner(c, n)
$$;

CREATE FUNCTION rialto.any_number(v jsonb) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE jsonb_typeof(v) WHEN 'number' THEN v::double precision END $$;

CREATE FUNCTION rialto.any_text(v jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE jsonb_typeof(v) WHEN 'string' THEN v #>> '{}' END $$;

-- Text that is no time is NULL, not an error.
CREATE FUNCTION rialto.any_date(v jsonb) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT (jsonb_path_query_first(
            v, '$ ? (@.__type == "Date").iso.datetime("YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"")',
            '{}', true) #>> '{}')::timestamp AT TIME ZONE 'UTC'
$$;

-- Null, false and 0 are false, everything else is true.
CREATE FUNCTION rialto.any_truth(v jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT coalesce(v NOT IN ('null', 'false', '0'), false) $$;

CREATE FUNCTION rialto.any_size(v jsonb) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE jsonb_typeof(v) WHEN 'array' THEN jsonb_array_length(v)::double precision END $$;

-- An array as it is, another value as the array of it alone.
CREATE FUNCTION rialto.any_elements(v jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE jsonb_typeof(v) WHEN 'array' THEN v WHEN 'null' THEN '[]' ELSE '[]' || v END $$;

-- The value at a path of keys; of an array, those of its elements.
CREATE FUNCTION rialto.any_at(v jsonb, path text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF v IS NULL OR cardinality(path) = 0 THEN
        RETURN nullif(v, 'null');
    ELSIF jsonb_typeof(v) = 'object' THEN
        RETURN rialto.any_at(v -> path[1], path[2:]);
    ELSIF jsonb_typeof(v) = 'array' THEN
        RETURN (SELECT coalesce(jsonb_agg(found.e ORDER BY found.n), '[]')
                FROM (SELECT rialto.any_at(each.e, path) AS e, each.n
                      FROM jsonb_array_elements(v) WITH ORDINALITY AS each(e, n)) AS found
                WHERE found.e IS NOT NULL);
    END IF;
    RETURN NULL;
END
$$;

-- An object without its keys that are null.
CREATE FUNCTION rialto.without_nulls(v jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT coalesce(jsonb_object_agg(each.key, each.value), '{}')
FROM jsonb_each(v) AS each WHERE each.value <> 'null'
$$;

-- Of a value only what a shape names: {"a": true, "b": {"c": true}}.
CREATE FUNCTION rialto.any_pick(v jsonb, shape jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF jsonb_typeof(shape) <> 'object' THEN
        RETURN v;
    ELSIF jsonb_typeof(v) = 'object' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(each.key, each.picked), '{}')
                FROM (SELECT s.key, rialto.any_pick(v -> s.key, s.value) AS picked
                      FROM jsonb_each(shape) AS s) AS each
                WHERE each.picked IS NOT NULL);
    ELSIF jsonb_typeof(v) = 'array' THEN
        RETURN (SELECT coalesce(jsonb_agg(found.e ORDER BY found.n), '[]')
                FROM (SELECT rialto.any_pick(each.e, shape) AS e, each.n
                      FROM jsonb_array_elements(v) WITH ORDINALITY AS each(e, n)) AS found
                WHERE found.e IS NOT NULL);
    END IF;
    RETURN NULL;
END
$$;

-- A value without what a shape names.
CREATE FUNCTION rialto.any_drop(v jsonb, shape jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF jsonb_typeof(v) = 'object' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(each.key,
                           CASE WHEN shape -> each.key IS NOT NULL
                                THEN rialto.any_drop(each.value, shape -> each.key)
                                ELSE each.value END), '{}')
                FROM jsonb_each(v) AS each
                WHERE jsonb_typeof(shape -> each.key) IS NULL
                   OR jsonb_typeof(shape -> each.key) = 'object');
    ELSIF jsonb_typeof(v) = 'array' THEN
        RETURN (SELECT coalesce(jsonb_agg(rialto.any_drop(each.e, shape) ORDER BY each.n), '[]')
                FROM jsonb_array_elements(v) WITH ORDINALITY AS each(e, n));
    END IF;
    RETURN v;
END
$$;

-- The week of the year as strftime's %U has it: weeks begin on Sunday, days before the first one
-- are in week 0.
CREATE FUNCTION rialto.week_of(moment timestamp) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT floor((extract(doy FROM moment) + 6 - extract(dow FROM moment)) / 7)::double precision
$$;
