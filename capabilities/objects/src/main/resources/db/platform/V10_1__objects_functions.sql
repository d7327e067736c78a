-- What atomic operations compute inside PostgreSQL. JSON values are in wire form.

-- Whether two array elements are the same: objects with an id by class and id, others deeply.
CREATE FUNCTION rialto.same_element(a jsonb, b jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT a = b
    OR (jsonb_typeof(a) = 'object' AND jsonb_typeof(b) = 'object'
        AND a ? 'objectId' AND a -> 'objectId' = b -> 'objectId'
        AND a -> 'className' IS NOT DISTINCT FROM b -> 'className')
$$;

CREATE FUNCTION rialto.array_add_unique(target jsonb, more jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    result jsonb := coalesce(target, '[]');
    element jsonb;
BEGIN
    FOR element IN SELECT e FROM jsonb_array_elements(more) AS each(e) LOOP
        IF NOT EXISTS (SELECT FROM jsonb_array_elements(result) AS old(e)
                       WHERE rialto.same_element(old.e, element)) THEN
            result := result || jsonb_build_array(element);
        END IF;
    END LOOP;
    RETURN result;
END
$$;

CREATE FUNCTION rialto.array_remove(target jsonb, gone jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT coalesce(jsonb_agg(old.e ORDER BY old.n), '[]')
FROM jsonb_array_elements(coalesce(target, '[]')) WITH ORDINALITY AS old(e, n)
WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(gone) AS each(e)
                  WHERE rialto.same_element(old.e, each.e))
$$;

-- Puts a value at a path of keys, making the objects on the way. In an array a key is a position.
CREATE FUNCTION rialto.json_put(target jsonb, path text[], value jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF cardinality(path) = 0 THEN
        RETURN value;
    END IF;
    IF target IS NULL OR jsonb_typeof(target) NOT IN ('object', 'array') THEN
        target := '{}';
    END IF;
    RETURN jsonb_set(target, path[1:1],
                     rialto.json_put(target #> path[1:1], path[2:], value), true);
END
$$;

-- The number at a path; 0 when there is nothing.
CREATE FUNCTION rialto.json_number(target jsonb, path text[]) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    found jsonb := target #> path;
BEGIN
    IF found IS NULL OR jsonb_typeof(found) = 'null' THEN
        RETURN 0;
    END IF;
    IF jsonb_typeof(found) <> 'number' THEN
        RAISE EXCEPTION 'not a number' USING ERRCODE = '22023';
    END IF;
    RETURN found::double precision;
END
$$;

-- The array at a path; empty when there is nothing.
CREATE FUNCTION rialto.json_array(target jsonb, path text[]) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    found jsonb := target #> path;
BEGIN
    IF found IS NULL OR jsonb_typeof(found) = 'null' THEN
        RETURN '[]';
    END IF;
    IF jsonb_typeof(found) <> 'array' THEN
        RAISE EXCEPTION 'not an array' USING ERRCODE = '22023';
    END IF;
    RETURN found;
END
$$;

-- Atomic operations on a value inside a JSON column.
CREATE FUNCTION rialto.json_increment(target jsonb, path text[], amount double precision)
    RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT rialto.json_put(target, path, to_jsonb(rialto.json_number(target, path) + amount)) $$;

CREATE FUNCTION rialto.json_add(target jsonb, path text[], more jsonb)
    RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT rialto.json_put(target, path, rialto.json_array(target, path) || more) $$;

CREATE FUNCTION rialto.json_add_unique(target jsonb, path text[], more jsonb)
    RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT rialto.json_put(target, path,
                       rialto.array_add_unique(rialto.json_array(target, path), more))
$$;

CREATE FUNCTION rialto.json_remove(target jsonb, path text[], gone jsonb)
    RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT rialto.json_put(target, path,
                       rialto.array_remove(rialto.json_array(target, path), gone))
$$;
