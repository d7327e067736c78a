CREATE TABLE _passkey (
    id text PRIMARY KEY,
    "credentialId" bytea NOT NULL UNIQUE,
    "userId" text NOT NULL,
    name text NOT NULL,
    credential bytea NOT NULL,
    counter bigint NOT NULL,
    verified boolean NOT NULL,
    "backupEligible" boolean NOT NULL,
    "backedUp" boolean NOT NULL,
    transports text[] NOT NULL,
    "createdAt" timestamptz NOT NULL,
    "usedAt" timestamptz,
    "cloneSeenAt" timestamptz
);
CREATE INDEX _passkey_user ON _passkey ("userId");
COMMENT ON TABLE _passkey IS 'Passkeys of users';
COMMENT ON COLUMN _passkey.credential IS 'The attested credential data of WebAuthn, with the public key';
COMMENT ON COLUMN _passkey.verified IS 'Whether it has ever verified its user';
COMMENT ON COLUMN _passkey."cloneSeenAt" IS 'When a counter was sent that was used already';

CREATE TABLE _passkey_handle (
    "userId" text PRIMARY KEY,
    handle bytea NOT NULL UNIQUE
);
COMMENT ON TABLE _passkey_handle IS 'Random names of users that authenticators keep';

CREATE TABLE _passkey_challenge (
    challenge bytea PRIMARY KEY,
    purpose text NOT NULL,
    "userId" text,
    asker text NOT NULL,
    "expiresAt" timestamptz NOT NULL
);
CREATE INDEX _passkey_challenge_asker ON _passkey_challenge (asker);
CREATE INDEX _passkey_challenge_expiry ON _passkey_challenge ("expiresAt");
COMMENT ON TABLE _passkey_challenge IS 'Challenges that were not answered yet; each is used once';
COMMENT ON COLUMN _passkey_challenge.asker IS 'The user, or the network of a client without one';
