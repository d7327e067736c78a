-- Operations of clients that are done, so that doing them again answers the same.
CREATE TABLE _sync_operation (
    caller      text NOT NULL,
    id          text NOT NULL,
    fingerprint text NOT NULL,
    result      text NOT NULL,
    object_id   text NOT NULL,
    version     text NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (caller, id)
);
CREATE INDEX _sync_operation_expiry ON _sync_operation (expires_at);
COMMENT ON TABLE _sync_operation IS 'Queued operations of clients that are done';
