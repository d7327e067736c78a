CREATE TABLE _second_factor (
    "userId" text PRIMARY KEY,
    kind text,
    secret bytea,
    algorithm text,
    digits smallint,
    period smallint,
    "lastStep" bigint NOT NULL DEFAULT -1,
    recovery text[] NOT NULL DEFAULT '{}',
    pending bytea,
    "pendingAt" timestamptz,
    version bigint NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    "lockedUntil" timestamptz,
    CHECK ((kind IS NULL) = (secret IS NULL))
);
COMMENT ON TABLE _second_factor IS 'What users prove beside their password';
COMMENT ON COLUMN _second_factor.kind IS 'totp or sms; null until the first one is confirmed';
COMMENT ON COLUMN _second_factor.secret IS 'The secret of the codes or the phone number, encrypted with the key of the server';
COMMENT ON COLUMN _second_factor."lastStep" IS 'The time step of the last code that was accepted; each is accepted once';
COMMENT ON COLUMN _second_factor.recovery IS 'SHA-256 of the recovery codes that are left';
COMMENT ON COLUMN _second_factor.pending IS 'What is to be confirmed, encrypted like secret';
COMMENT ON COLUMN _second_factor.version IS 'Grows with each change, so that none is lost';

CREATE TABLE _step_up (
    token text PRIMARY KEY,
    session text NOT NULL,
    "expiresAt" timestamptz NOT NULL
);
CREATE INDEX _step_up_expiry ON _step_up ("expiresAt");
COMMENT ON TABLE _step_up IS 'Who has just proven again who it is; SHA-256 of tokens';
