CREATE TABLE _function_hook (
    name text PRIMARY KEY,
    url text NOT NULL
);
COMMENT ON TABLE _function_hook IS 'Functions that run elsewhere, and where';

CREATE TABLE _trigger_hook (
    class_name text NOT NULL,
    trigger_name text NOT NULL,
    url text NOT NULL,
    PRIMARY KEY (class_name, trigger_name)
);
COMMENT ON TABLE _trigger_hook IS 'Triggers of classes that run elsewhere, and where';
