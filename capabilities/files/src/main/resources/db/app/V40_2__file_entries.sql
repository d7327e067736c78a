-- What is known of each file beside its content, wherever that is stored. Files that are older
-- than this table have no row: whoever knows their name may read them.
CREATE TABLE _file_entry (
    name         text PRIMARY KEY,
    state        text NOT NULL DEFAULT 'uploading'
                 CHECK (state IN ('uploading', 'stored', 'deleting')),
    owner        text,
    acl          text,
    url_revision int NOT NULL DEFAULT 0,
    content_type text,
    metadata     text,
    tags         text,
    length       bigint,
    digest       text,
    created_at   timestamptz,
    touched_at   timestamptz NOT NULL DEFAULT now(),
    checked_at   timestamptz NOT NULL DEFAULT now(),
    damaged      boolean NOT NULL DEFAULT false
);
CREATE INDEX _file_entry_unfinished ON _file_entry (touched_at) WHERE state <> 'stored';
CREATE INDEX _file_entry_checked ON _file_entry (checked_at) WHERE state = 'stored';
CREATE INDEX _file_entry_damaged ON _file_entry (name) WHERE damaged;
COMMENT ON TABLE _file_entry IS 'Files; uploads and deletions that are not complete yet';
COMMENT ON COLUMN _file_entry.owner IS 'The id of the user who uploaded it';
COMMENT ON COLUMN _file_entry.acl IS 'Who may read and change it, in wire form; NULL: whoever knows the name reads it';
COMMENT ON COLUMN _file_entry.url_revision IS 'Signed URLs of other revisions are not valid';

COMMENT ON COLUMN _file_entry.checked_at IS 'When the content was last read and compared with its digest';
COMMENT ON COLUMN _file_entry.damaged IS 'Whether the content was then missing or different';

CREATE TABLE _file_usage (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    files    bigint NOT NULL DEFAULT 0,
    bytes    bigint NOT NULL DEFAULT 0
);
INSERT INTO _file_usage DEFAULT VALUES;
COMMENT ON TABLE _file_usage IS 'How many files the app has in _file_entry, and how large they are together';
