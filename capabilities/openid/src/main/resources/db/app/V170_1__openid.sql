CREATE TABLE _openid_client (
    id text PRIMARY KEY,
    secret_hash text,
    metadata jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE _openid_client IS 'Programs that users of the app may sign in to; without a secret they are public';

CREATE TABLE _openid_key (
    id text PRIMARY KEY,
    sealed bytea NOT NULL,
    jwk text NOT NULL,
    active_from timestamptz NOT NULL
);
COMMENT ON TABLE _openid_key IS 'Keys that sign tokens: the private key sealed, the public key as JWK';

CREATE TABLE _openid_salt (salt text NOT NULL);
COMMENT ON TABLE _openid_salt IS 'One row: makes the pairwise subjects of the app differ from those of others';
INSERT INTO _openid_salt VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

CREATE TABLE _openid_consent (
    user_id text NOT NULL,
    client_id text NOT NULL REFERENCES _openid_client ON DELETE CASCADE,
    scopes text NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
COMMENT ON TABLE _openid_consent IS 'What a user has let a client know and do';

CREATE TABLE _openid_code (
    hash text PRIMARY KEY,
    client_id text NOT NULL REFERENCES _openid_client ON DELETE CASCADE,
    user_id text NOT NULL,
    details jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    grant_id text
);
COMMENT ON TABLE _openid_code IS 'Authorization codes; one that was used has the id of what it granted';

CREATE TABLE _openid_grant (
    id text PRIMARY KEY,
    client_id text NOT NULL REFERENCES _openid_client ON DELETE CASCADE,
    user_id text NOT NULL,
    scopes text NOT NULL,
    login_id text NOT NULL,
    auth_time timestamptz NOT NULL,
    session_token text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON _openid_grant (user_id, client_id);
CREATE INDEX ON _openid_grant (client_id);
CREATE INDEX ON _openid_grant (login_id);
CREATE INDEX ON _openid_grant (expires_at);
COMMENT ON TABLE _openid_grant IS 'What clients may do now; each has a session of the user, and ends with it';

CREATE TABLE _openid_refresh (
    hash text PRIMARY KEY,
    grant_id text NOT NULL REFERENCES _openid_grant ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    successor text
);
CREATE INDEX ON _openid_refresh (grant_id);
COMMENT ON TABLE _openid_refresh IS 'Refresh tokens; used ones are kept, so that a stolen one is noticed';

CREATE TABLE _openid_assertion (
    id text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
COMMENT ON TABLE _openid_assertion IS 'Assertions by which clients have authenticated, each good for once';
