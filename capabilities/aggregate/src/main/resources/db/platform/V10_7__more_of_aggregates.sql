-- What the stages of aggregate pipelines that make objects and arrays need.

-- An object that takes the place of a row.
CREATE FUNCTION rialto.root(v jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF v IS NULL OR jsonb_typeof(v) <> 'object' THEN
        RAISE EXCEPTION 'not an object' USING ERRCODE = '22023';
    END IF;
    RETURN v;
END
$$;

-- An array that has no more elements than it may.
CREATE FUNCTION rialto.bounded(v jsonb, most integer) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF jsonb_array_length(v) > most THEN
        RAISE EXCEPTION 'too many elements' USING ERRCODE = '54000';
    END IF;
    RETURN v;
END
$$;

-- Whether two values are equal, or elements of them when they are arrays. Pointers are known by
-- their id; null meets nothing.
CREATE FUNCTION rialto.any_meets(a jsonb, b jsonb) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT EXISTS (
    SELECT coalesce(CASE WHEN each.v ->> '__type' = 'Pointer' THEN each.v -> 'objectId' END, each.v)
    FROM jsonb_array_elements(rialto.any_elements(a)) AS each(v) WHERE each.v <> 'null'
    INTERSECT
    SELECT coalesce(CASE WHEN each.v ->> '__type' = 'Pointer' THEN each.v -> 'objectId' END, each.v)
    FROM jsonb_array_elements(rialto.any_elements(b)) AS each(v))
$$;

-- Characters of a text from a position that counts from 0; all that follow for a negative number.
CREATE FUNCTION rialto.substring(v text, start double precision, characters double precision)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN v IS NULL OR start < 0 THEN ''
            WHEN characters < 0 THEN substr(v, start::integer + 1)
            ELSE substr(v, least(start, 1e9)::integer + 1, least(characters, 1e9)::integer) END
$$;
