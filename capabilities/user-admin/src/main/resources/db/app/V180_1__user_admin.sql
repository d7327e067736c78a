CREATE TABLE _disabled_user (
    "userId" text PRIMARY KEY,
    reason text NOT NULL,
    since timestamptz NOT NULL
);
COMMENT ON TABLE _disabled_user IS 'Users that the owner of this app does not let sign in';

CREATE TABLE _impersonation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "userId" text NOT NULL,
    actor text NOT NULL,
    reason text NOT NULL,
    address text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX _impersonation_at ON _impersonation (at);
COMMENT ON TABLE _impersonation IS 'Who logged in as a user with the master key, and why';

CREATE TABLE _user_data_job (
    id text PRIMARY KEY,
    "userId" text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    report jsonb NOT NULL,
    "createdAt" timestamptz NOT NULL,
    "finishedAt" timestamptz,
    "leasedUntil" timestamptz NOT NULL
);
CREATE INDEX _user_data_job_user ON _user_data_job ("userId");
CREATE UNIQUE INDEX _user_data_job_once ON _user_data_job ("userId", kind) WHERE state = 'running';
COMMENT ON TABLE _user_data_job IS 'Exports and deletions of all that is known of a user';

CREATE TABLE _user_data_line (
    job text NOT NULL REFERENCES _user_data_job ON DELETE CASCADE,
    position bigint NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (job, position)
);
COMMENT ON TABLE _user_data_line IS 'What an export found, one JSON object a line';
