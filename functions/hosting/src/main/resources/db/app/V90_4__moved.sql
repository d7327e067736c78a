ALTER TABLE _micro_app ADD COLUMN runtime text NOT NULL DEFAULT '';
ALTER TABLE _micro_app ADD COLUMN runtime_why text NOT NULL DEFAULT '';
COMMENT ON COLUMN _micro_app.runtime IS 'Where it was moved to; empty for where it belongs';
COMMENT ON COLUMN _micro_app.runtime_why IS 'Why it was moved, when the server did it';
