-- The time of a Date inside an Array or Object; NULL of anything else. What is stored now is always
-- written as 2026-01-31T12:00:00.000Z, or +012026-... and -000001-... for years of other lengths;
-- older rows may hold what clients wrote.
CREATE FUNCTION rialto.wire_time(v jsonb) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    parts text[] := regexp_match(
        CASE v ->> '__type' WHEN 'Date' THEN v ->> 'iso' END,
        '^([+-]?\d{4,6})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])'
        '(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,9})?))?(?:Z|([+-])([01]\d):?([0-5]\d)?)?)?$');
    year integer := parts[1]::integer;
    moment timestamp;
BEGIN
    -- The last year that a timestamp holds can't be moved by an offset.
    IF year IS NULL OR year NOT BETWEEN -4712 AND 294276
        OR (year = 294276 AND parts[7] IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    -- There is no year 0: it is 1 BC, which make_timestamp calls -1.
    moment := make_timestamp(CASE WHEN year > 0 THEN year ELSE year - 1 END,
                             parts[2]::integer, 1, coalesce(parts[4]::integer, 0),
                             coalesce(parts[5]::integer, 0), 0)
        + make_interval(days => parts[3]::integer - 1,
                        secs => trunc(coalesce(parts[6], '0')::numeric, 3)::double precision);
    IF parts[7] IS NOT NULL THEN
        moment := moment - make_interval(mins => (parts[7] || '1')::integer
            * (60 * parts[8]::integer + coalesce(parts[9], '0')::integer));
    END IF;
    RETURN moment AT TIME ZONE 'UTC';
END
$$;

-- What a value inside an Array or Object is ordered by: dates by their time, others as they are.
CREATE FUNCTION rialto.sort_key(v jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN v ->> '__type' = 'Date'
            THEN coalesce(jsonb_set('{"time": 0}', '{time}',
                                    to_jsonb(extract(epoch FROM rialto.wire_time(v)))), v)
            ELSE v END
$$;

-- A time as the wire has it.
CREATE FUNCTION rialto.iso_text(moment timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$
SELECT CASE WHEN day.year > 9999 THEN '+' || lpad(day.year::text, 6, '0')
            WHEN day.year < 0 THEN '-' || lpad(abs(day.year)::text, 6, '0')
            ELSE lpad(day.year::text, 4, '0') END
    || to_char(day.utc, '-MM-DD"T"HH24:MI:SS.MS"Z"')
FROM (SELECT each.utc,
             extract(year FROM each.utc)::integer
                 + CASE WHEN extract(year FROM each.utc) < 0 THEN 1 ELSE 0 END AS year
      FROM (SELECT moment AT TIME ZONE 'UTC' AS utc) AS each) AS day
$$;

CREATE OR REPLACE FUNCTION rialto.wire_date(moment timestamptz) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_set('{"__type": "Date"}', '{iso}', to_jsonb(rialto.iso_text(moment))) $$;

CREATE OR REPLACE FUNCTION rialto.any_date(v jsonb) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT rialto.wire_time(v) $$;
