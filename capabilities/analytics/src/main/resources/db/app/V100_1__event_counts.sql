CREATE TABLE _event_count (
    day date NOT NULL,
    event text NOT NULL,
    dimensions jsonb NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (day, event, dimensions)
);
COMMENT ON TABLE _event_count IS 'How often clients tracked an event, by day and dimensions';
