-- The devices that users have had, by a digest of the installation's id or the user agent.
CREATE TABLE "_device" (
    "userId"      text NOT NULL,
    device        text NOT NULL,
    "firstSeenAt" timestamptz NOT NULL,
    PRIMARY KEY ("userId", device)
);
