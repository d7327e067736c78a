CREATE TABLE _sign_in (
    id bytea PRIMARY KEY,
    sealed bytea NOT NULL,
    client text NOT NULL,
    "expiresAt" timestamptz NOT NULL
);
CREATE INDEX ON _sign_in (client);
CREATE INDEX ON _sign_in ("expiresAt");
COMMENT ON TABLE _sign_in IS 'Visits to providers that are under way, and their results that wait for the app';
COMMENT ON COLUMN _sign_in.id IS 'SHA-256 of the state or code that finds it';
COMMENT ON COLUMN _sign_in.client IS 'The network that it was begun from';
