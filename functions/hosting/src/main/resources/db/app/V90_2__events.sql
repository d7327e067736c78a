CREATE TABLE _event (
    id text PRIMARY KEY,
    topic text NOT NULL,
    payload jsonb NOT NULL,
    published_at timestamptz NOT NULL
);
CREATE INDEX ON _event (published_at);
COMMENT ON TABLE _event IS 'What functions published lately; subscribers read it in the change log';

-- Only what is inserted is logged: that old events are removed is no news.
CREATE TRIGGER "change log of inserts" AFTER INSERT ON _event
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION rialto.log_inserted('id');
