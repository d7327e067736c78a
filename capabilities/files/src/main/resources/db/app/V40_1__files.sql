-- Files of a server with files.storage = database. A file exists when it has a key.
CREATE TABLE _file (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text UNIQUE,
    content_type text,
    metadata     text,
    tags         text,
    length       bigint,
    digest       text,
    created_at   timestamptz,
    touched_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX _file_unfinished ON _file (touched_at) WHERE key IS NULL;
COMMENT ON TABLE _file IS 'Files, and uploads that are not complete yet: those without a key';

-- The content in pieces of 256 KB, the last one shorter.
CREATE TABLE _file_chunk (
    file    bigint NOT NULL REFERENCES _file ON DELETE CASCADE,
    number  int NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (file, number)
);
-- Most files are compressed already; trying again takes time and gains nothing.
ALTER TABLE _file_chunk ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE _file_chunk IS 'The content of files, in pieces';
