-- The keys that sign session tokens, sealed by the server's secret.
CREATE TABLE "_session_key" (
    id          text PRIMARY KEY,
    sealed      bytea NOT NULL,
    "createdAt" timestamptz NOT NULL
);

-- Signed tokens that must be looked up: those of the app (''), of a user (u:ID) or one (t:DIGEST), if
-- they were issued before the transaction.
CREATE TABLE "_session_revocation" (
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    subject     text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (transaction, subject)
);
