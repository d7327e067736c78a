-- What users sign in with besides a password: one row for each link in `authData`. The primary key
-- keeps two sign-ups with the same identity from making two users.
CREATE TABLE "_identity" (
    provider text NOT NULL,
    id       text NOT NULL,
    "userId" text NOT NULL,
    PRIMARY KEY (provider, id)
);
CREATE INDEX "_identity_user" ON "_identity" ("userId");
