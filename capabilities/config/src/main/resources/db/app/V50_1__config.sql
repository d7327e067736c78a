CREATE TABLE _config_parameter (
    name text PRIMARY KEY,
    value json NOT NULL,
    master_key_only boolean NOT NULL
);
COMMENT ON TABLE _config_parameter IS 'Parameters that the app''s clients read at run time';
