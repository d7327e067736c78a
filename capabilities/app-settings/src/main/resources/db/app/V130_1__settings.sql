CREATE TABLE _setting (
    key text PRIMARY KEY,
    value text,
    sealed bytea,
    CHECK ((value IS NULL) <> (sealed IS NULL))
);
COMMENT ON TABLE _setting IS 'What the owner of this app has set for it';
COMMENT ON COLUMN _setting.sealed IS 'A secret, encrypted with the key of the server';
