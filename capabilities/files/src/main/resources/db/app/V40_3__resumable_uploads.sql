-- Resumable uploads. Their content is in the storage of files, in pieces.
CREATE TABLE _file_upload (
    id_hash      text PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('whole', 'partial', 'final')),
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'joined', 'saved', 'gone')),
    owner        text NOT NULL,
    length       bigint,
    received     bigint NOT NULL DEFAULT 0,
    reserved     bigint NOT NULL,
    metadata     text NOT NULL,
    concat       text NOT NULL,
    file_name    text,
    file_url     text,
    lease        bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    touched_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX _file_upload_open ON _file_upload (owner) WHERE state = 'open';
CREATE INDEX _file_upload_expiry ON _file_upload (expires_at);
COMMENT ON TABLE _file_upload IS 'Resumable uploads, and for a while those that have ended';
COMMENT ON COLUMN _file_upload.id_hash IS 'SHA-256 of the id in hexadecimal: the id lets a client continue the upload';
COMMENT ON COLUMN _file_upload.owner IS 'user:ID, master, or public: and the network of the client';
COMMENT ON COLUMN _file_upload.length IS 'Of the whole upload, in bytes; NULL as long as the client does not know it';
COMMENT ON COLUMN _file_upload.reserved IS 'Bytes that count towards the limits';
COMMENT ON COLUMN _file_upload.lease IS 'Counts the requests that wrote to it: only the last one may';
COMMENT ON COLUMN _file_upload.leased_until IS 'When another request may take over; NULL: at once';
COMMENT ON COLUMN _file_upload.file_name IS 'Of the file that it became';
COMMENT ON COLUMN _file_upload.file_url IS 'Of that file, if it is stored elsewhere';

CREATE TABLE _file_upload_piece (
    name       text PRIMARY KEY,
    upload     text NOT NULL REFERENCES _file_upload,
    start      bigint,
    length     bigint
);
CREATE INDEX _file_upload_piece_of ON _file_upload_piece (upload, start);
COMMENT ON TABLE _file_upload_piece IS 'Pieces of uploads: a row is made before its content is stored, and removed after it';
COMMENT ON COLUMN _file_upload_piece.start IS 'Where in the upload it is; NULL until it counts';
