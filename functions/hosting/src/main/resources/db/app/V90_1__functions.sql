CREATE TABLE _micro_app (
    name text PRIMARY KEY,
    config jsonb NOT NULL DEFAULT '{}',
    live int NOT NULL DEFAULT 0,
    previous int NOT NULL DEFAULT 0,
    candidate int NOT NULL DEFAULT 0,
    percent int NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100)
);
COMMENT ON TABLE _micro_app IS 'Micro apps, and which of their revisions are called; 0 is none';

CREATE TABLE _revision (
    micro_app text NOT NULL REFERENCES _micro_app ON DELETE CASCADE,
    number int NOT NULL,
    descriptor jsonb NOT NULL,
    artifact bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (micro_app, number)
);
ALTER TABLE _revision ALTER COLUMN artifact SET STORAGE EXTERNAL;
COMMENT ON TABLE _revision IS 'What was deployed of micro apps; the artifact is a zip';

-- Unlogged: what is lost in a crash of PostgreSQL is of little use after it.
CREATE UNLOGGED TABLE _function_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    micro_app text NOT NULL,
    at timestamptz NOT NULL,
    level text NOT NULL,
    request_id text NOT NULL,
    message text NOT NULL
);
CREATE INDEX ON _function_log (micro_app, id);
COMMENT ON TABLE _function_log IS 'What functions logged lately';
