-- Wrong passwords, by a digest of the name that was given, alone or with a digest of the network they
-- came from. The keys of a name begin with its digest.
CREATE TABLE "_lockout" (
    key           text COLLATE "C" PRIMARY KEY,
    wrong         integer NOT NULL,
    locks         integer NOT NULL,
    since         timestamptz NOT NULL,
    "lockedUntil" timestamptz NOT NULL
);
