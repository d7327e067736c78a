CREATE TABLE _live_name (
    kind text NOT NULL,
    name text NOT NULL,
    micro_app text NOT NULL REFERENCES _micro_app ON DELETE CASCADE,
    PRIMARY KEY (kind, name)
);
CREATE INDEX ON _live_name (micro_app);
COMMENT ON TABLE _live_name IS 'Names by which revisions that get calls are reached, and which micro app has each';

INSERT INTO _live_name
SELECT 'function', i ->> 'address', m.name
FROM _micro_app AS m
    JOIN _revision AS r ON r.micro_app = m.name AND r.number IN (m.live, m.candidate),
    jsonb_array_elements(r.descriptor -> 'interfaces') AS i
ON CONFLICT DO NOTHING;

INSERT INTO _live_name
SELECT
    CASE b ->> 'kind' WHEN 'cloudFunction' THEN 'function' ELSE b ->> 'kind' END,
    CASE b ->> 'kind'
        WHEN 'endpoint' THEN (b ->> 'method') || ' ' || regexp_replace(b ->> 'path', '\{[^{}/]*\}', '{}', 'g')
        ELSE b ->> 'name'
    END,
    m.name
FROM _micro_app AS m
    JOIN _revision AS r ON r.micro_app = m.name AND r.number IN (m.live, m.candidate),
    jsonb_array_elements(r.descriptor -> 'interfaces') AS i,
    jsonb_array_elements(i -> 'bindings') AS b
WHERE b ->> 'kind' IN ('cloudFunction', 'job', 'endpoint')
ON CONFLICT DO NOTHING;
