CREATE TABLE _rate_limit (
    position int PRIMARY KEY,
    operations text NOT NULL,
    calls int NOT NULL,
    time text NOT NULL,
    counted_by text NOT NULL
);
COMMENT ON TABLE _rate_limit IS 'How often operations of this app may be called, as its owner has set it';
