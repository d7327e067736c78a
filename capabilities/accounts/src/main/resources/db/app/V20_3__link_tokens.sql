-- Links in mail that verify an address, reset a password or change an address. A token is known by
-- its hash alone, so that nobody who reads the database can follow a link.
CREATE TABLE "_link_token" (
    hash        bytea PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('verify', 'reset', 'change', 'undo')),
    "userId"    text NOT NULL,
    address     text NOT NULL,
    language    text NOT NULL,
    "createdAt" timestamptz NOT NULL,
    "expiresAt" timestamptz NOT NULL,
    "usedAt"    timestamptz
);
CREATE INDEX "_link_token_user" ON "_link_token" ("userId", "createdAt");
CREATE INDEX "_link_token_address" ON "_link_token" (lower(address), "createdAt");
CREATE INDEX "_link_token_expiry" ON "_link_token" ("expiresAt");
COMMENT ON COLUMN "_link_token".address IS 'Where the link was sent; it works only while the address is still what it was sent for';
COMMENT ON COLUMN "_link_token"."usedAt" IS 'When it was used, or replaced by another one';
