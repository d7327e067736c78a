-- The classes of the app: what the columns of their tables mean, and who may do what with them.
CREATE TABLE "_schema" (
    name        text PRIMARY KEY,
    fields      json NOT NULL,
    permissions json,
    indexes     json NOT NULL DEFAULT '{}',
    version     bigint NOT NULL
);

-- Requests whose writes are done, so that a retry does not write again.
CREATE TABLE "_idempotency" (
    request_id text PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX "_idempotency_expiry" ON "_idempotency" (expires_at);
