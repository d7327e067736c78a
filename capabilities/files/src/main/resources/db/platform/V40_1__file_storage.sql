-- Which folder has the files of this database: the id in its file `storage-id`. One row at most.
CREATE TABLE file_storage (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    id       text NOT NULL
);
